"""Pages of the retirement dates and the shared facts, with other months and routes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kiosk.application.document import Way
from kiosk.date_words import age_words, length_words, years_words
from kiosk.pages.page import ButtonStyle, Choice, Layout, Page, Panel, Row, Said, TimeBar
from kiosk.pages.press import Press
from kiosk.people.facts import InsuredKind
from kiosk.retirement.situation import Route, Situation, Timing
from kiosk.visit.page_parts.waiting import waiting_for
from kiosk.visit.page_parts.wording import month_words, private_text, sentence_or_failure
from kiosk.visit.pagination import pages_left
from kiosk.visit.records.facts import ToldKind
from kiosk.visit.reference_data import ReferenceData
from kiosk.visit.state import Visit, asks_kind, situation_of, verdicts
from kiosk.visit.step_parts.retirement_options import (
    ON_TIME,
    early_times,
    has_other_times,
    late_times,
    other_category,
    other_ways,
)
from kiosk.visit.step_parts.shared_facts import fact_parts
from kiosk.visit.steps.facts.outlook_page import first_gain, gains_by_value

PENSION_OFFICE = "RS"


def first_of_facts(visit: Visit, book: ReferenceData) -> Page:
    """Return the page before the facts: the insurance, the dates, or why there are none."""
    if asks_kind(visit):
        return _kind(book)
    situation = situation_of(visit)
    if situation.seeks_pension:
        return dates(visit, book)
    return _drawn(visit, book) if situation.draws_pension else _resident(book)


def _kind(book: ReferenceData) -> Page:
    words = book.words["kind"]
    rows = (
        Row(said, words["under"].get(kind, ""), kind, act=Press.PICK)
        for kind, said in words["kinds"].items()
    )
    return Page(
        name="kind",
        layout=Layout.OPTIONS,
        title=words["title"],
        sentence=words["sentence"],
        step=2,
        rows=tuple(rows),
        choices=(Choice(Press.PICK, words["unsure"], ToldKind.UNSURE.value),),
    )


def _drawn(visit: Visit, book: ReferenceData) -> Page:
    """Return the page that says the pension is paid already, with what can be filed."""
    found = verdicts(visit, book)
    lines = [book.catalogue.services[code].plain for code, one in found.items() if one.fileable]
    return _without_dates(book, "drawn", lines)


def _resident(book: ReferenceData) -> Page:
    """Return the page that says where a resident's pension is applied for."""
    return _without_dates(book, "resident", book.words["resident"]["lines"])


def _without_dates(book: ReferenceData, name: str, lines: Sequence[str]) -> Page:
    words, phone = book.words[name], book.catalogue.offices.offices[PENSION_OFFICE].phone
    return Page(
        name=name,
        layout=Layout.MESSAGE,
        title=words["title"],
        sentence=words["sentence"],
        step=2,
        panel=Panel(words["heading"], (*lines, words["phone"].format(phone=phone))),
        choices=(
            Choice(Press.QUIT, words["leave"]),
            Choice(Press.NEXT, words["next"], tone=ButtonStyle.PRIMARY, arrow=True),
        ),
    )


def dates(visit: Visit, book: ReferenceData) -> Page:
    """Return the page with the person's dates of retirement.

    While it decides the age and no office knows her post, a woman is offered the other category.
    """
    words, situation = book.words["dates"], situation_of(visit)
    choices = [Choice(Press.NEXT, words["next"], tone=ButtonStyle.PRIMARY, arrow=True)]
    other = other_category(visit, book)
    sentence = words["sentence"]
    if other is not None and visit.facts.declared is None:
        years = book.age_rules.categories[situation.estimate.category].base_years
        sentence = words["assumed"].format(years=years)
        choices.insert(0, Choice(Press.PICK, words[other], other.value))
    elif has_other_times(visit, book):
        choices.insert(0, Choice(Press.OTHER_TIME, words["other_time"]))
    bar = _time_bar(situation, book)
    if gain := first_gain(visit, book):
        bar = replace(bar, question=gain)
    return Page(
        name="dates",
        layout=Layout.DATES,
        title=words["title"],
        sentence=sentence_or_failure(visit, book, sentence),
        spoken=(Said(bar.hero),),
        step=2,
        time_bar=bar,
        choices=tuple(choices),
        mend=visit.failure is not None,
    )


def _time_bar(situation: Situation, book: ReferenceData) -> TimeBar:
    words, estimate, today = book.words["dates"], situation.estimate, situation.today
    age = age_words(situation.retire.since(estimate.birth))
    special = situation.route is not Route.AGE
    if special:
        under = words[f"by_{situation.route}"]
    elif situation.timing is Timing.LATE:
        under = words["chosen"].format(age=age)
    elif situation.timing is Timing.EARLY:
        under = words["chosen_early"].format(age=age)
    elif estimate.statutory == today:
        under = words["this_month"].format(age=age)
    elif estimate.statutory < today:
        under = words["passed"].format(month=estimate.statutory.words(), age=age)
    else:
        under = words["ahead"].format(age=age)
    fixed = estimate.latest == estimate.earliest
    span = max(1, estimate.latest.since(estimate.earliest))
    years = (estimate.latest.since(max(estimate.statutory, today)) + 6) // 12
    when = words["this_month_short"] if estimate.statutory == today else estimate.statutory.words()
    late = words["fixed_note"] if fixed else words["late_note"]
    return TimeBar(
        hero=month_words(situation, book),
        under=under,
        question=words["question"],
        here=words["here"].format(when=when),
        share=max(0, estimate.statutory.since(estimate.earliest)) / span,
        inside=words["inside"].format(years=years_words(years)) if years > 0 else "",
        earliest=(
            words["earliest"],
            estimate.earliest.words(),
            _early(situation, book),
        ),
        latest=(words["latest"], estimate.latest.words(), late),
    )


def _early(situation: Situation, book: ReferenceData) -> str:
    words = book.words["dates"]
    if situation.estimate.earliest < situation.today:
        return str(words["passed_short"])
    return str(words["early_note"].format(months=situation.rules.early_notice_months))


def facts_page(visit: Visit, book: ReferenceData) -> Page:
    """Return the page of the present part: the dates first, then the facts.

    Until facts have come it is the page of waiting; while a draft is offered, the page of the
    draft.
    """
    if visit.facts.situation is None:
        words = book.words["waiting"]
        return Page(
            name="waiting",
            layout=Layout.MESSAGE,
            title=words["title"],
            sentence=words["sentence"],
            step=2,
            waiting=waiting_for("asking", book),
        )
    if visit.facts.draft is not None:
        return _draft(visit, book)
    parts = fact_parts(visit, book)
    if visit.display.part == 0:
        return first_of_facts(visit, book)
    words = book.words["facts"]
    part = min(visit.display.part, len(parts))
    rows = tuple(
        Row(
            fact.value,
            words["disputed"] if fact.key in visit.facts.disputed else "",
            value=fact.key,
            act=Press.TOGGLE,
            label=fact.label,
            mend=fact.key in visit.facts.disputed,
            private=True,
        )
        for fact in parts[part - 1]
    )
    count = pages_left(book, part - 1, len(parts))
    return Page(
        name="facts",
        layout=Layout.FACTS,
        title=words["title"],
        sentence=sentence_or_failure(visit, book, words["sentence"]),
        spoken=(*private_text(rows), Said(count)),
        step=2,
        rows=rows,
        count=(count,),
        choices=(Choice(Press.NEXT, words["next"], tone=ButtonStyle.PRIMARY, arrow=True),),
        mend=visit.failure is not None,
    )


def _draft(visit: Visit, book: ReferenceData) -> Page:
    by = {Way.PHONE: "draft_phone", Way.EMPLOYER: "draft_employer"}.get(
        visit.facts.draft_from, "draft"
    )
    words = book.words[by]
    unit = visit.facts.shared.waiting_unit if visit.facts.shared else ""
    return Page(
        name="draft",
        layout=Layout.MESSAGE,
        title=words["title"],
        sentence=words["sentence"],
        step=2,
        panel=Panel(unit) if visit.facts.draft_from is Way.EMPLOYER else None,
        choices=(
            Choice(Press.START_ANEW, words["anew"]),
            Choice(Press.RESUME, words["resume"], tone=ButtonStyle.PRIMARY, arrow=True),
        ),
    )


def other_time_page(visit: Visit, book: ReferenceData) -> Page:
    """Return the overlay with the months that can be picked."""
    words, case = book.words["other_time"], situation_of(visit)
    rows = []
    notice = case.rules.early_notice_months
    for early in early_times(case):
        length = length_words(case.estimate.statutory.since(early.month))
        # An earlier month is lawful, but its notice would come too late.
        near = early.month == case.soonest_noticed > case.soonest
        said = words["early_from_now"] if near else words["early_under"]
        under = said.format(month=early.month.words(), notice=notice)
        rows.append(Row(words["early"].format(length=length), under, early.value, act=Press.PICK))
    rows.append(Row(words["on_time"], case.first.words(), ON_TIME, act=Press.PICK))
    gains = gains_by_value(visit, book)
    for late in late_times(case):
        length, month = length_words(late.month.since(case.first)), late.month.words()
        gain = gains.get(late.value)
        under = words["late_under"].format(month=month, gain=gain) if gain else month
        rows.append(Row(words["late"].format(length=length), under, late.value, act=Press.PICK))
    if other_ways(visit, book):
        rows.append(Row(words["other"], words["other_under"], act=Press.OTHER_WAY))
    state_body = case.facts.get("kind") == InsuredKind.INSTITUTION
    return Page(
        name="other_time",
        layout=Layout.OPTIONS,
        title=words["title"],
        sentence=words["sentence_state_body"] if state_body else words["sentence"],
        step=2,
        rows=tuple(rows),
        choices=(Choice(Press.WHY, words["outlook"]),) if gains else (),
    )


def other_way_page(visit: Visit, book: ReferenceData) -> Page:
    """Return the overlay with the other routes and categories that can be picked."""
    words, ways = book.words["other_way"], other_ways(visit, book)
    rows = [Row(words[way], words[f"{way}_under"], way, act=Press.PICK) for way in ways]
    rows.append(Row(words["none"], words["none_under"], act=Press.STAY))
    return Page(
        name="other_way",
        layout=Layout.OPTIONS,
        title=words["title"],
        sentence=words["sentence"],
        step=2,
        rows=tuple(rows),
    )
