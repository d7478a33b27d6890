"""The pages on which the rules speak: guide, other months and ways, why not, what happens now."""

from __future__ import annotations

from kiosk.civil_time import civil_day
from kiosk.people.facts import InsuredKind
from kiosk.retirement.figures import length_words
from kiosk.retirement.guide import entries
from kiosk.retirement.order import Frame, Part, schedule
from kiosk.retirement.plan import months_of
from kiosk.visit.handbook import Handbook
from kiosk.visit.lists import cut
from kiosk.visit.page import Act, Choice, Layout, Page, Panel, Row, Tone
from kiosk.visit.receipts import day_words
from kiosk.visit.state import Visit, chosen, in_person_only, known, verdicts
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
    words, moment = book.words["plan"], visit.confirmed_at
    assert moment is not None
    due = visit.receipt.due_on if visit.receipt else None
    accepted = civil_day(visit.receipt.received_at if visit.receipt else moment)
    found, codes = verdicts(visit, book), chosen(visit, book)
    frame = Frame(accepted, book.holidays, due)
    parts = schedule(book.catalogue, months_of(found, codes), frame)
    pages = cut([_plan_row(one, book) for one in parts.values()], visit.view)
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


def _plan_row(part: Part, book: Handbook) -> Row:
    words, services = book.words["plan"], book.catalogue.services
    waits = (*part.waits_any, *part.waits_all)
    plain = services[part.code].plain
    icon = "clock" if waits or part.since else "check-circle"
    if part.same_day and part.due:
        return Row(plain, words["today"], icon=icon)
    when = words["after"].format(first=services[waits[-1]].plain) if waits else words["at_once"]
    if part.since and not waits:
        when = words["since"].format(month=part.since.words())
    if part.due is None:
        return Row(plain, words["open"].format(when=when), icon=icon)
    due = words["expected"] if part.expected else words["due"]
    return Row(plain, due.format(when=when, due=day_words(part.due)), icon=icon)
