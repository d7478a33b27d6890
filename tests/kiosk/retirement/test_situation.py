"""A situation: which months may be chosen, and what waiting changes."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.people.identity import Sex
from kiosk.retirement.age import Category
from kiosk.retirement.months import Month
from kiosk.retirement.situation import Route, Timing, assess, category_for, told_category
from tests.kiosk.retirement.shipped import FULL, RULES, TODAY, person

M = Month.parse
PAST = person("M60", "1963-12")
NOW = person("M60", "1966-06")
SOON = person("M60", "1966-10")  # statutory 2027-04, earliest 2026-10
OVERDUE = person("M60", "1966-05")  # statutory 2026-10, latest 2029-10


def test_what_is_offered_first():
    assert (PAST.retire, NOW.retire, SOON.retire) == (M("2026-11"), M("2026-11"), M("2027-04"))
    assert (PAST.first, NOW.first, SOON.first) == (M("2026-11"), M("2026-11"), M("2027-04"))
    assert (PAST.soonest, NOW.soonest, SOON.soonest) == (M("2026-11"),) * 3
    assert person("M60", "1970-06").soonest == M("2030-06")
    assert [one.timing for one in (NOW, SOON)] == [Timing.ON_TIME] * 2
    assert PAST.timing is OVERDUE.timing is Timing.OVERDUE
    assert NOW.route is Route.AGE
    assert NOW.today == M("2026-11")


@pytest.mark.parametrize(
    ("birth", "month"), [("1963-12", "2026-11"), ("1966-06", "2026-11"), ("1966-10", "2027-04")]
)
def test_who_was_just_assessed_has_the_month_that_is_offered_first(birth, month):
    found = assess(RULES, Category.M60, M(birth), TODAY, FULL)
    assert (found.retire, found.first, found.route) == (M(month), M(month), Route.AGE)


@pytest.mark.parametrize(
    ("case", "asked", "kept", "timing"),
    [
        (SOON, "2026-09", "2026-11", Timing.EARLY),
        (SOON, "2026-11", "2026-11", Timing.EARLY),
        (SOON, "2027-03", "2027-03", Timing.EARLY),
        (SOON, "2027-04", "2027-04", Timing.ON_TIME),
        (SOON, "2027-05", "2027-05", Timing.LATE),
        (SOON, "2030-04", "2030-04", Timing.LATE),
        (SOON, "2030-05", "2030-04", Timing.LATE),
        (PAST, "2028-01", "2026-11", Timing.OVERDUE),
        (PAST, "2023-12", "2026-11", Timing.OVERDUE),
        (OVERDUE, "2026-10", "2026-11", Timing.OVERDUE),
        (OVERDUE, "2026-11", "2026-11", Timing.OVERDUE),
        (OVERDUE, "2026-12", "2026-12", Timing.LATE),
        (OVERDUE, "2029-10", "2029-10", Timing.LATE),
        (OVERDUE, "2029-11", "2029-10", Timing.LATE),
        (NOW, "2026-12", "2026-12", Timing.LATE),
    ],
)
def test_the_chosen_month_is_kept_within_the_span(case, asked, kept, timing):
    chosen = case.retiring(M(asked))
    assert (chosen.retire, chosen.timing) == (M(kept), timing)


@pytest.mark.parametrize(
    ("retire", "year", "months"),
    [
        ("2030-06", 2030, 186),
        ("2030-12", 2030, 186),
        ("2031-01", 2031, 192),
        ("2034-11", 2031, 192),
    ],
)
def test_the_year_whose_minimum_counts(retire, year, months):
    chosen = person("M60", "1970-06").retiring(M(retire))
    assert (chosen.minimum_year, chosen.minimum_months) == (year, months)


def test_who_is_overdue_keeps_the_minimum_of_the_statutory_month():
    late = person("M60", "1970-06", on=date(2033, 2, 1))
    assert (late.timing, late.minimum_year, late.minimum_months) == (Timing.OVERDUE, 2031, 192)


def test_along_another_way():
    assert NOW.along(Route.DISABILITY).route is Route.DISABILITY
    assert NOW.along(Route.DISABILITY).facts == FULL


@pytest.mark.parametrize("route", Route)
def test_a_month_that_was_picked_is_forgotten_on_another_way(route):
    """The special ways have no month, and who comes back picks anew."""
    early = SOON.retiring(M("2026-12"))
    assert early.retire == M("2026-12")
    assert (early.along(route).retire, early.along(route).timing) == (SOON.first, Timing.ON_TIME)
    assert OVERDUE.retiring(M("2027-06")).along(route).retire == M("2026-11")


@pytest.mark.parametrize(
    ("birth", "notice", "month"),
    [
        ("1966-12", None, "2027-02"),  # earliest 2026-12, too near for a notice that begins now
        ("1966-12", "2026-09", "2026-12"),
        ("1966-12", "2026-10", "2027-01"),
        ("1967-06", None, "2027-06"),  # far enough
        ("1966-10", "2026-01", "2026-11"),  # no month that has passed
        ("1966-07", None, "2027-02"),  # statutory 2026-12: too late to retire early
    ],
)
def test_the_first_early_month_that_its_notice_allows(birth, notice, month):
    told = {} if notice is None else {"notice_month": M(notice)}
    assert person("M60", birth, **told).soonest_noticed == M(month)


@pytest.mark.parametrize(
    ("facts", "draws", "seeks"),
    [
        ({}, False, True),
        ({"draws_pension": False}, False, True),
        ({"draws_pension": True}, True, False),
        ({"draws_since": M("2005-01")}, True, False),
        ({"draws_since": M("2005-01"), "draws_pension": False}, True, False),
        ({"kind": "JM"}, False, False),
    ],
)
def test_who_draws_a_pension_seeks_none(facts, draws, seeks):
    case = person(**facts)
    assert (case.draws_pension, case.seeks_pension) == (draws, seeks)


def test_the_birth_in_the_archive_counts():
    """Contradicting births: the file's is counted, the card's is kept (劳社部发〔1999〕8号)."""
    case = person("M60", "1966-08", archive_birth=M("1966-03"))
    assert (case.estimate.birth, case.card_birth) == (M("1966-03"), M("1966-08"))
    assert (case.estimate.statutory, case.retire) == (M("2026-07"), M("2026-11"))


def test_waiting_goes_on_paying():
    waited = SOON.waiting_until(M("2027-04"))
    assert waited.on == date(2027, 4, 1)
    assert waited.retire == M("2027-04")
    assert waited.facts == {**FULL, "paid_months": 407, "medical_months": 407}


def test_waiting_past_the_month_retires_then():
    assert NOW.waiting_until(M("2027-01")).retire == M("2027-01")
    assert NOW.waiting_until(M("2027-01")).timing is Timing.OVERDUE


@pytest.mark.parametrize("month", ["2026-11", "2026-10", "1999-01"])
def test_waiting_for_now_or_the_past_changes_nothing(month):
    assert SOON.waiting_until(M(month)) == SOON
    assert SOON.waiting_until(M(month)).on == TODAY


def test_one_month_is_a_wait():
    waited = NOW.waiting_until(M("2026-12"))
    assert (waited.on, waited.facts["paid_months"]) == (date(2026, 12, 1), 403)


def test_waiting_adds_nothing_to_what_is_not_known():
    known = {"paid_months": "many", "deemed_months": 12}
    assert person(known=known).waiting_until(M("2027-11")).facts == known


@given(st.integers(0, 240), st.integers(0, 240))
def test_waiting_twice_is_waiting_longer(first, second):
    there = SOON.today.later(first)
    assert SOON.waiting_until(there).waiting_until(there.later(second)).facts == (
        SOON.waiting_until(there.later(second)).facts
    )


@pytest.mark.parametrize(
    ("sex", "shared", "told", "used"),
    [
        (Sex.FEMALE, "F50", Category.F50, Category.F50),
        (Sex.FEMALE, "F55", Category.F55, Category.F55),
        (Sex.FEMALE, "M60", Category.M60, Category.M60),  # of county rank, or a senior title
        (Sex.MALE, "M60", Category.M60, Category.M60),
        (Sex.FEMALE, "W60", Category.W60, Category.W60),
        (Sex.FEMALE, "", None, Category.F55),
        (Sex.FEMALE, "F60", None, Category.F55),
        (Sex.MALE, "", None, Category.M60),
        # against the card
        (Sex.MALE, "F50", None, Category.M60),
        (Sex.MALE, "F55", None, Category.M60),
        (Sex.MALE, "W60", None, Category.M60),
        # a card that says neither
        (Sex.UNKNOWN, "M60", Category.M60, Category.M60),
        (Sex.UNKNOWN, "F50", Category.F50, Category.F50),
        (Sex.NOT_STATED, "F50", Category.F50, Category.F50),
        (Sex.UNKNOWN, "", None, Category.F55),
    ],
)
def test_category(sex, shared, told, used):
    """What was not told is assumed, and whoever assumed can say so."""
    assert told_category(RULES, sex, shared) is told
    assert category_for(RULES, sex, shared) is used


@given(st.sampled_from(Sex), st.text(max_size=4) | st.sampled_from([str(one) for one in Category]))
def test_nobody_gets_an_age_that_is_not_of_the_own_sex_but_by_an_office(sex, shared):
    found = category_for(RULES, sex, shared)
    rule = RULES.categories[found]
    own = sex not in (Sex.MALE, Sex.FEMALE) or rule.sex is sex
    assert own or (sex in rule.also and shared == found)
