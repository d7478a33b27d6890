"""A situation: which months may be chosen, and what waiting changes."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.people.identity import Sex
from kiosk.retirement.age import Category
from kiosk.retirement.months import Month
from kiosk.retirement.situation import Route, Timing, category_for
from tests.kiosk.retirement.shipped import FULL, TODAY, person

M = Month.parse
PAST = person("M60", "1963-12")
NOW = person("M60", "1966-06")
SOON = person("M60", "1966-10")  # statutory 2027-04, earliest 2026-10


def test_what_is_offered_first():
    assert (PAST.retire, NOW.retire, SOON.retire) == (M("2026-11"), M("2026-11"), M("2027-04"))
    assert (PAST.first, NOW.first, SOON.first) == (M("2026-11"), M("2026-11"), M("2027-04"))
    assert (PAST.soonest, NOW.soonest, SOON.soonest) == (M("2026-11"),) * 3
    assert person("M60", "1970-06").soonest == M("2030-06")
    assert [one.timing for one in (PAST, NOW, SOON)] == [Timing.ON_TIME] * 3
    assert NOW.route is Route.AGE
    assert NOW.today == M("2026-11")


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
        (PAST, "2028-01", "2026-11", Timing.ON_TIME),
        (PAST, "2023-12", "2026-11", Timing.ON_TIME),
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


def test_along_another_way():
    assert NOW.along(Route.DISABILITY).route is Route.DISABILITY
    assert NOW.along(Route.DISABILITY).facts == FULL


def test_waiting_goes_on_paying():
    waited = SOON.waiting_until(M("2027-04"))
    assert waited.on == date(2027, 4, 1)
    assert waited.retire == M("2027-04")
    assert waited.facts == {**FULL, "paid_months": 407, "medical_months": 407}


def test_waiting_past_the_month_retires_then():
    assert NOW.waiting_until(M("2027-01")).retire == M("2027-01")
    assert NOW.waiting_until(M("2027-01")).timing is Timing.ON_TIME


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
    ("sex", "shared", "category"),
    [
        (Sex.FEMALE, "F50", Category.F50),
        (Sex.MALE, "M60", Category.M60),
        (Sex.FEMALE, "", Category.F55),
        (Sex.FEMALE, "F60", Category.F55),
        (Sex.MALE, "", Category.M60),
    ],
)
def test_category(sex, shared, category):
    assert category_for(sex, shared) is category
