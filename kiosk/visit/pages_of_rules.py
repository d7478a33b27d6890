"""The pages on which the rules speak: guide, other months and ways, why not, what happens now."""

from __future__ import annotations

from kiosk.people.facts import InsuredKind
from kiosk.retirement.figures import length_words
from kiosk.retirement.guide import entries
from kiosk.retirement.order import Part
from kiosk.visit.handbook import Handbook
from kiosk.visit.lists import cut
from kiosk.visit.page import Act, Choice, Layout, Page, Panel, Row, Tone
from kiosk.visit.promised_dates import accepted_on, due_words, parts_of
from kiosk.visit.state import Visit, in_person_only, known, verdicts
from kiosk.visit.times import ON_TIME, early_times, late_times, other_ways


def guide(visit: Visit, book: Handbook) -> Page:
    words = book.words["guide"]
    rows = [
        Row(one.plain, words["row"].format_map(vars(one)), one.code, act=Act.WHY)
        for one in entries(book.catalogue)
    ]
    parts = cut(rows, visit.view)
    part = visit.part % len(parts)
    onward = Choice(Act.DONE, words["done"], tone=Tone.PRIMARY)
    if part < len(parts) - 1:
        onward = Choice(Act.MORE, words["more"], tone=Tone.PRIMARY, arrow=True)
    failed = book.failures[visit.failure].sentence if visit.failure else ""
    printed = words["printing"] if visit.printing else words["sentence"]
    return Page(
        name="guide",
        layout=Layout.LIST,
        title=words["title"],
        sentence=failed or printed,
        rows=parts[part],
        choices=(Choice(Act.PRINT, words["print"]), onward),
        mend=bool(failed),
    )


def entry(visit: Visit, book: Handbook) -> Page:
    words = book.words["entry"]
    found = next(one for one in entries(book.catalogue) if one.code == visit.about)
    lines = tuple(
        words[name].format_map(vars(found)) for name in ("who", "papers", "days", "phone")
    )
    return Page(
        name="entry",
        layout=Layout.MESSAGE,
        title=words["title"],
        sentence=words["sentence"],
        panel=Panel(found.plain, lines),
        choices=(Choice(Act.STAY, words["close"], tone=Tone.PRIMARY),),
    )


def other_time(visit: Visit, book: Handbook) -> Page:
    words, case = book.words["other_time"], known(visit)
    rows = []
    notice = case.rules.early_notice_months
    for early in early_times(case):
        length = length_words(case.estimate.statutory.since(early.month))
        under = words["early_under"].format(month=early.month.words(), notice=notice)
        rows.append(Row(words["early"].format(length=length), under, early.value, act=Act.PICK))
    rows.append(Row(words["on_time"], case.first.words(), ON_TIME, act=Act.PICK))
    for late in late_times(case):
        length = length_words(late.month.since(case.first))
        rows.append(
            Row(words["late"].format(length=length), late.month.words(), late.value, act=Act.PICK)
        )
    if other_ways(visit, book):
        rows.append(Row(words["other"], words["other_under"], act=Act.OTHER_WAY))
    state_body = case.facts.get("kind") == InsuredKind.INSTITUTION
    return Page(
        name="other_time",
        layout=Layout.OPTIONS,
        title=words["title"],
        sentence=words["sentence_state_body"] if state_body else words["sentence"],
        step=2,
        rows=tuple(rows),
    )


def other_way(visit: Visit, book: Handbook) -> Page:
    words, ways = book.words["other_way"], other_ways(visit, book)
    rows = [Row(words[way], words[f"{way}_under"], way, act=Act.PICK) for way in ways]
    rows.append(Row(words["none"], words["none_under"], act=Act.STAY))
    return Page(
        name="other_way",
        layout=Layout.OPTIONS,
        title=words["title"],
        sentence=words["sentence"],
        step=2,
        rows=tuple(rows),
    )


def why(visit: Visit, book: Handbook) -> Page:
    words, found = book.words["why"], verdicts(visit, book)[visit.about]
    barred = visit.about in in_person_only(visit, book)
    reason = book.words["acting"]["in_person"] if barred else found.reason
    lines = (reason, *found.changes[:1], words["basis"].format(basis=found.basis))
    insistable = found.insistable and not barred
    close = Choice(Act.STAY, words["close"], tone=Tone.PRIMARY)
    insist = Choice(Act.INSIST, words["insist"])
    return Page(
        name="why",
        layout=Layout.MESSAGE,
        title=words["title"],
        sentence=words["sentence_insist"] if insistable else words["sentence"],
        step=2,
        panel=Panel(book.catalogue.services[visit.about].plain, lines),
        choices=(insist, close) if insistable else (close,),
    )


def plan(visit: Visit, book: Handbook) -> Page:
    words = book.words["plan"]
    parts = parts_of(visit, book)
    pages = cut(
        [_plan_row(one, accepted_on(visit).year, book) for one in parts.values()], visit.view
    )
    part = visit.part % len(pages)
    choices = [Choice(Act.STAY, words["close"], tone=Tone.PRIMARY)]
    if len(pages) > 1:
        choices.insert(0, Choice(Act.MORE, words["more"], arrow=True))
    return Page(
        name="plan",
        layout=Layout.LIST,
        title=words["title"],
        sentence=words["sentence"] if visit.receipt else words["sentence_pending"],
        rows=pages[part],
        choices=tuple(choices),
    )


def _plan_row(part: Part, year: int, book: Handbook) -> Row:
    words, services = book.words["plan"], book.catalogue.services
    waits = (*part.waits_any, *part.waits_all)
    service = services[part.code]
    icon = "clock" if waits or part.since else "check-circle"
    if part.same_day and part.due:
        return Row(service.plain, words["today"], icon=icon)
    when = words["after"].format(first=services[waits[-1]].plain) if waits else words["at_once"]
    if part.since and (part.due or not waits):
        when, year = words["since"].format(month=part.since.words()), part.since.year
    if part.due is None:
        said = words["open_own"] if service.waits_for_person else words["open"]
        return Row(service.plain, said.format(when=when, waits=service.waits_for_person), icon=icon)
    due = due_words(part.due, year, book, expected=part.expected)
    return Row(service.plain, words["due"].format(when=when, due=due), icon=icon)
