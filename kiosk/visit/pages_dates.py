"""The page of the dates: when somebody retires, and how much earlier or later they may.

Before it stands how the person is insured, where no office knows; instead of it, for whom there are
no dates: who draws a pension already, and who is insured as a resident only.
"""

from __future__ import annotations

from collections.abc import Sequence

from kiosk.retirement.situation import Route, Situation, Timing
from kiosk.visit.handbook import Handbook
from kiosk.visit.page import (
    Act,
    Choice,
    Layout,
    Page,
    Panel,
    Row,
    Said,
    TimeBar,
    Tone,
)
from kiosk.visit.pages_identity import sentence_or_failure
from kiosk.visit.state import ToldKind, Visit, asks_kind, known, verdicts
from kiosk.visit.times import has_other_times, other_category

PENSION_OFFICE = "RS"


def first_of_facts(visit: Visit, book: Handbook) -> Page:
    """Return the page before the facts: the insurance, the dates, or why there are none."""
    if asks_kind(visit):
        return _kind(book)
    situation = known(visit)
    if situation.seeks_pension:
        return dates(visit, book)
    return _drawn(visit, book) if situation.facts.get("draws_pension") else _resident(book)


def _kind(book: Handbook) -> Page:
    words = book.words["kind"]
    rows = (
        Row(said, words["under"].get(kind, ""), kind, act=Act.PICK)
        for kind, said in words["kinds"].items()
    )
    return Page(
        name="kind",
        layout=Layout.OPTIONS,
        title=words["title"],
        sentence=words["sentence"],
        step=2,
        rows=tuple(rows),
        choices=(Choice(Act.PICK, words["unsure"], ToldKind.UNSURE.value),),
    )


def _drawn(visit: Visit, book: Handbook) -> Page:
    """Say that the pension is paid already, and what can be filed all the same."""
    found = verdicts(visit, book)
    lines = [book.catalogue.services[code].plain for code, one in found.items() if one.fileable]
    return _without_dates(book, "drawn", lines)


def _resident(book: Handbook) -> Page:
    """Say where a resident's pension is applied for."""
    return _without_dates(book, "resident", book.words["resident"]["lines"])


def _without_dates(book: Handbook, name: str, lines: Sequence[str]) -> Page:
    words, phone = book.words[name], book.catalogue.offices.offices[PENSION_OFFICE].phone
    return Page(
        name=name,
        layout=Layout.MESSAGE,
        title=words["title"],
        sentence=words["sentence"],
        step=2,
        panel=Panel(words["heading"], (*lines, words["phone"].format(phone=phone))),
        choices=(
            Choice(Act.QUIT, words["leave"]),
            Choice(Act.NEXT, words["next"], tone=Tone.PRIMARY, arrow=True),
        ),
    )


def dates(visit: Visit, book: Handbook) -> Page:
    words, situation = book.words["dates"], known(visit)
    choices = [Choice(Act.NEXT, words["next"], tone=Tone.PRIMARY, arrow=True)]
    other = other_category(visit, book)
    sentence = words["sentence"]
    if other is not None and visit.declared is None:
        years = book.age_rules.categories[situation.estimate.category].base_years
        sentence = words["assumed"].format(years=years)
        choices.insert(0, Choice(Act.PICK, words[other], other.value))
    elif has_other_times(visit, book):
        choices.insert(0, Choice(Act.OTHER_TIME, words["other_time"]))
    bar = _time_bar(situation, book)
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


def _age_words(months: int) -> str:
    years, rest = divmod(months, 12)
    return f"{years} 岁 {rest} 个月" if rest else f"{years} 岁"


def month_words(situation: Situation, book: Handbook) -> str:
    """Return the chosen month; on the special ways nobody but the office knows one."""
    if situation.route is Route.AGE:
        return situation.retire.words()
    return str(book.words["dates"]["hero_special"])


def _time_bar(situation: Situation, book: Handbook) -> TimeBar:
    words, estimate, today = book.words["dates"], situation.estimate, situation.today
    age = _age_words(situation.retire.since(estimate.birth))
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
        inside=words["inside"].format(years=f"{years} 年") if years > 0 else "",
        earliest=(
            words["earliest"],
            estimate.earliest.words(),
            _early(situation, book),
        ),
        latest=(words["latest"], estimate.latest.words(), late),
    )


def _early(situation: Situation, book: Handbook) -> str:
    words = book.words["dates"]
    if situation.estimate.earliest < situation.today:
        return str(words["passed_short"])
    return str(words["early_note"].format(months=situation.rules.early_notice_months))
