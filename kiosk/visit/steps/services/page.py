"""Pages of the choice of services, which the rules tick to begin with."""

from __future__ import annotations

from kiosk.pages.page import ButtonStyle, Choice, Layout, Page, Panel, Row, Said, Tick
from kiosk.pages.press import Press
from kiosk.retirement.catalogue import ProxyRule
from kiosk.retirement.eligibility import Verdict
from kiosk.retirement.plan import tally
from kiosk.visit.page_parts.wording import print_failure_sentence, sentence_or_failure
from kiosk.visit.pagination import cut_services, pages_left
from kiosk.visit.reference_data import ReferenceData
from kiosk.visit.state import (
    Visit,
    acts_for_another,
    chosen,
    in_person_only,
    remaining_questions,
    situation_of,
    verdicts,
)
from kiosk.visit.step_parts.devices import PRINTER_FAILURES


def choose_page(visit: Visit, book: ReferenceData) -> Page:
    """Return the page with the present part of the services."""
    words = book.words["choose"]
    parts = cut_services(visit, book)
    part = min(visit.display.part, len(parts) - 1)
    found, picked = verdicts(visit, book), chosen(visit, book)
    stages = book.catalogue.offices.stages
    rows = tuple(
        _service_row(visit, found[one.code], stages[str(one.stage)], one.code in picked, book)
        for one in parts[part]
    )
    last = part == len(parts) - 1
    said = words["sentence"]
    offered = (one.code for one in parts[part] if found[one.code].fileable)
    out = [one for one in offered if one not in {*picked, *in_person_only(visit, book)}]
    if out:
        dropped = visit.choice.unwanted.issuperset(out) and _follows_another(visit, book, out)
        said = words["sentence_dropped"] if dropped else words["sentence_ahead"]
    if last and picked:
        known_now = tally(book.catalogue, picked, situation_of(visit)).known
        said = words["sentence_last"].format(
            known=known_now, asked=len(remaining_questions(visit, book))
        )
    count = (
        words["count"].format(count=len(picked)),
        pages_left(book, part, len(parts)),
    )
    return Page(
        name="choose",
        layout=Layout.LIST,
        title=words["title"],
        sentence=sentence_or_failure(visit, book, said),
        spoken=tuple(map(Said, count)),
        step=2,
        rows=rows,
        count=count,
        choices=(
            Choice(
                Press.NEXT,
                words["next"] if last else words["next_page"],
                tone=ButtonStyle.PRIMARY,
                arrow=True,
            ),
        ),
        mend=visit.failure is not None,
    )


def _follows_another(visit: Visit, book: ReferenceData, out: list[str]) -> bool:
    """Return whether one of these services is out because another one was left out."""
    route = situation_of(visit).route
    return any(visit.choice.unwanted & book.catalogue.waits_for(code, route) for code in out)


def _service_row(
    visit: Visit, verdict: Verdict, group: str, ticked: bool, book: ReferenceData
) -> Row:
    plain, reason = book.catalogue.services[verdict.code].plain, verdict.reason
    if verdict.code in in_person_only(visit, book):
        why = book.words["acting"]["in_person"]
        return Row(plain, why, verdict.code, Tick.NOT_NEEDED, Press.WHY, group=group)
    if verdict.rule == "waits" and verdict.since is not None:
        reason = book.words["choose"]["later"].format(month=verdict.since.words())
    if not verdict.fileable:
        return Row(plain, verdict.reason, verdict.code, Tick.NOT_NEEDED, Press.WHY, group=group)
    if acts_for_another(visit) and apply_only(verdict.code, book):
        reason = book.words["acting"]["apply_only"]
    tick = Tick.ON if ticked else Tick.OFF
    return Row(plain, reason, verdict.code, tick, Press.TOGGLE, group=group)


def apply_only(code: str, book: ReferenceData) -> bool:
    """Return whether another may file the service, but the person must collect its result."""
    return book.catalogue.services[code].proxy is ProxyRule.APPLY_ONLY


def why_page(visit: Visit, book: ReferenceData) -> Page:
    """Return the overlay that says why a service cannot be had, and offers the proof on paper."""
    words, found = book.words["why"], verdicts(visit, book)[visit.display.about]
    barred = visit.display.about in in_person_only(visit, book)
    reason = book.words["acting"]["in_person"] if barred else found.reason
    lines = (reason, *found.changes[:1], words["basis"].format(basis=found.basis))
    insistable = found.insistable and not barred
    said = words["sentence_insist"] if insistable else words["sentence"]
    failed = visit.failure in PRINTER_FAILURES
    if visit.failure is not None and failed:
        said = print_failure_sentence(visit.failure, book)
    elif visit.display.printing:
        said = words["printing"]
    close = Choice(Press.STAY, words["close"], tone=ButtonStyle.PRIMARY)
    proof = () if barred else (Choice(Press.PRINT, words["print"]),)
    insist = (Choice(Press.INSIST, words["insist"]),) if insistable else ()
    return Page(
        name="why",
        layout=Layout.MESSAGE,
        title=words["title"],
        sentence=said,
        step=2,
        panel=Panel(book.catalogue.services[visit.display.about].plain, lines),
        choices=(*insist, *proof, close),
        mend=failed,
    )
