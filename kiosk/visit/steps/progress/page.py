"""Pages of the progress of a case, found by its slip or as the person's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from kiosk.application.document import CORRECTION
from kiosk.date_words import day_words
from kiosk.pages.page import ButtonStyle, Choice, Layout, Page, Panel, Row, Said
from kiosk.pages.press import Press
from kiosk.retirement.months import Month
from kiosk.visit.page_parts.rating_choice import rating_choice
from kiosk.visit.page_parts.waiting import waiting_for
from kiosk.visit.page_parts.wording import sentence_or_failure
from kiosk.visit.pagination import cut, pages_left
from kiosk.visit.reference_data import ReferenceData
from kiosk.visit.state import Visit, acts_for_another, has_open_case, may_file_more

UNKNOWN = "working"  # as which a state of a newer central service is shown


def _no_case(visit: Visit, book: ReferenceData) -> Page:
    """Return the page that says there is no case, or that nobody could be asked.

    It offers to file, but never begins to file unasked.
    """
    words, terminal = book.words["no_case"], book.settings.terminal
    if visit.facts.shared is not None and visit.facts.shared.waiting_unit:
        words = {**words, **book.words["case_waits"]}
    if visit.progress.results:
        return _all_ended(visit, book)
    choices: tuple[Choice, ...] = (Choice(Press.DONE, words["done"], tone=ButtonStyle.PRIMARY),)
    if visit.facts.shared is not None:
        file = Choice(Press.START_SELF, words["file"], tone=ButtonStyle.PRIMARY, arrow=True)
        choices = (Choice(Press.DONE, words["done"]), file)
    choices = (*rating_choice(visit, book), *choices)
    return Page(
        name="no_case",
        layout=Layout.MESSAGE,
        title=words["title"] if visit.failure is None else words["title_unknown"],
        sentence=sentence_or_failure(visit, book, words["sentence"]),
        panel=Panel(words["heading"], (terminal.phone,)),
        choices=choices,
        mend=visit.failure is not None,
    )


def _all_ended(visit: Visit, book: ReferenceData) -> Page:
    """Return the page for a person of whom nothing is under way, and who has results."""
    words = book.words["all_ended"]
    return Page(
        name="all_ended",
        layout=Layout.MESSAGE,
        title=words["title"],
        sentence=sentence_or_failure(visit, book, words["sentence"]),
        panel=Panel(words["heading"], tuple(words["lines"])),
        choices=(
            Choice(Press.START_SELF, book.words["no_case"]["file"]),
            Choice(Press.RESULTS, words["look"], tone=ButtonStyle.PRIMARY, arrow=True),
        ),
        mend=visit.failure is not None,
    )


def _row(visit: Visit, book: ReferenceData, code: str, state: str) -> Row:
    """Return the row of a part of the case; one with a result leads to it."""
    words, name = book.words["progress"], book.catalogue.services[code].plain
    icon = f"state-{state if state in words['states'] else UNKNOWN}"
    has_result = any(one.service == code for one in visit.progress.results)
    if has_result and state in words["open"]:
        return Row(name, words["open"][state], icon=icon)
    return Row(name, _state_words(visit, words, code, state), icon=icon)


def _state_words(visit: Visit, words: Mapping[str, Any], code: str, state: str) -> str:
    if state == CORRECTION and code in visit.progress.due:
        dated: str = words["correction_until"]
        return dated.format(due=day_words(visit.progress.due[code]))
    if code in visit.opens:
        month = Month.of_day(visit.opens[code]).words()
        return str(words["from_month"].format(month=month))
    said: str = words["states"].get(state, words["state_other"])
    return said


def finding_page(visit: Visit, book: ReferenceData) -> Page:
    """Return the page that asks for a slip before the scanner."""
    words = book.words["finding"]
    return Page(
        name="finding",
        layout=Layout.PICTURE,
        title=words["title"],
        sentence=sentence_or_failure(visit, book, words["sentence"]),
        picture="slip_under_scanner",
        pill=words["pill"],
        choices=(Choice(Press.NO_SLIP, words["no_slip"]),),
        mend=visit.failure is not None,
    )


def progress_page(visit: Visit, book: ReferenceData) -> Page:
    """Return the page with the state of each part of the case.

    Other pages stand for no case, a case whose parts are not known, and one that was not confirmed.
    """
    words = book.words["progress"]
    if not has_open_case(visit):
        return _no_case(visit, book)
    if not visit.progress.states:
        return _nothing_known_yet(visit, book)
    if visit.progress.confirmation.value in book.words["unstarted"]["states"]:
        return unstarted(visit, book)
    rows = [
        _row(visit, book, code, state)
        for code, state in visit.progress.states.items()
        if code in book.catalogue.services
    ]
    parts = cut(rows, visit.display.view)
    part = visit.display.part % len(parts)
    choices = [Choice(Press.DONE, words["done"], tone=ButtonStyle.PRIMARY)]
    if part + 1 < len(parts):
        choices = [Choice(Press.MORE, words["more"], tone=ButtonStyle.PRIMARY, arrow=True)]
    look = Choice(Press.RESULTS, words["look"])
    if part + 1 == len(parts) and may_file_more(visit):
        choices.insert(0, Choice(Press.START_SELF, book.words["no_case"]["file"]))
        if visit.progress.results:  # whoever has seen them leaves from there
            choices[1] = replace(look, tone=ButtonStyle.PRIMARY, arrow=True)
    elif visit.progress.results:
        choices.insert(0, look)
    if part + 1 == len(parts):
        choices = [*rating_choice(visit, book), *choices]
    said = words["already" if visit.outcome.filed_elsewhere else "sentence"]
    if acts_for_another(visit):
        said = book.words["acting"]["already"]
    number = (
        (words["number"].format(number=visit.progress.case_number),)
        if visit.progress.case_number
        else ()
    )
    count = pages_left(book, part, len(parts))
    return Page(
        name="progress",
        layout=Layout.LIST,
        title=words["title"],
        sentence=sentence_or_failure(visit, book, said),
        spoken=(*(Said(one, private=True) for one in number), Said(count)),
        rows=parts[part],
        count=(*number, count),
        choices=tuple(choices),
        mend=visit.failure is not None,
    )


def _nothing_known_yet(visit: Visit, book: ReferenceData) -> Page:
    """Return the page for a case whose parts are being fetched, or could not be."""
    words, terminal = book.words["progress"], book.settings.terminal
    failed = visit.failure is not None
    leave = Choice(Press.DONE, words["leave"])
    close = Choice(Press.DONE, words["close"], tone=ButtonStyle.PRIMARY)
    already = words["already"] if visit.outcome.filed_elsewhere else words["asking"]
    return Page(
        name="progress",
        layout=Layout.MESSAGE,
        title=words["title"],
        sentence=sentence_or_failure(visit, book, already),
        waiting=None if failed else waiting_for("asking", book),
        panel=Panel(book.words["no_case"]["heading"], (terminal.phone,)) if failed else None,
        choices=(close if failed else leave,),
        mend=failed,
    )


def unstarted(visit: Visit, book: ReferenceData) -> Page:
    """Return the page of a case that waits for the person's decision or ended without it."""
    words = book.words["unstarted"]
    said = words["states"][visit.progress.confirmation.value]
    sentence = said["sentence"]
    if visit.progress.confirm_until is not None:
        sentence = sentence.format(day=day_words(visit.progress.confirm_until))
    elif "sentence_undated" in said:
        sentence = said["sentence_undated"]
    number = words["number"].format(number=visit.progress.case_number)
    return Page(
        name="unstarted",
        layout=Layout.MESSAGE,
        title=said["title"],
        sentence=sentence_or_failure(visit, book, sentence),
        spoken=(Said(number, private=True),),
        panel=Panel(said["heading"], (*said["lines"], number)),
        choices=(Choice(Press.DONE, words["done"], tone=ButtonStyle.PRIMARY),),
        mend=visit.failure is not None,
    )
