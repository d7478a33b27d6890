"""Mistakes that public samples make, each as a control: the checks of the real rule must see it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from kiosk.retirement.months import Month
from tests.kiosk.retirement.dates.age_checks import (
    CAP,
    OLD_AGE,
    Rule,
    ToldByRule,
    broken_laws,
    wrong_rows,
)

STEP = {"M60": 4, "W60": 4, "F55": 4, "F50": 2}
BEGIN = Month.parse("2025-01")


def right(category: str, birth: Month) -> ToldByRule:
    """Return the rule as the law has it; each mistake below changes one thing."""
    old = birth.later(OLD_AGE[category] * 12)
    after = old.since(BEGIN)
    delay = 0 if after < 0 else min(CAP[category], after // STEP[category] + 1)
    return ToldByRule(delay, old.later(delay))


def one_step_for_all(category: str, birth: Month) -> ToldByRule:
    old = birth.later(OLD_AGE[category] * 12)
    after = old.since(BEGIN)
    delay = 0 if after < 0 else min(CAP[category], after // 4 + 1)
    return ToldByRule(delay, old.later(delay))


def step_off_by_one(category: str, birth: Month) -> ToldByRule:
    old = birth.later(OLD_AGE[category] * 12)
    after = old.since(BEGIN)
    delay = 0 if after < 0 else min(CAP[category], after // STEP[category])
    return ToldByRule(delay, old.later(delay))


def invented_year_bands(category: str, birth: Month) -> ToldByRule:
    old = birth.later(OLD_AGE[category] * 12)
    delay = min(CAP[category], max(0, old.year - 2024) * 3)
    return ToldByRule(delay, old.later(delay))


def hard_coded(category: str, birth: Month) -> ToldByRule:
    known = {("M60", "1965-01"): 1, ("M60", "1965-12"): 3, ("F55", "1971-04"): 4}
    delay = known.get((category, str(birth)), 0)
    return ToldByRule(delay, birth.later(OLD_AGE[category] * 12 + delay))


def men_stay_at_60(category: str, birth: Month) -> ToldByRule:
    return ToldByRule(0, birth.later(60 * 12)) if category == "M60" else right(category, birth)


def no_cap(category: str, birth: Month) -> ToldByRule:
    old = birth.later(OLD_AGE[category] * 12)
    after = old.since(BEGIN)
    delay = 0 if after < 0 else after // STEP[category] + 1
    return ToldByRule(delay, old.later(delay))


def days_instead_of_months(category: str, birth: Month) -> ToldByRule:
    delay = right(category, birth).delay
    age = timedelta(days=OLD_AGE[category] * 365 + delay * 30)
    return ToldByRule(delay, Month.of_day(date(birth.year, birth.month, 1) + age))


MISTAKES: tuple[Rule, ...] = (
    one_step_for_all,
    step_off_by_one,
    invented_year_bands,
    hard_coded,
    men_stay_at_60,
    no_cap,
    days_instead_of_months,
)


def test_without_a_mistake_nothing_is_found():
    assert list(wrong_rows(right)) == []
    assert list(broken_laws(right)) == []


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda one: one.__name__)
def test_a_mistake_is_seen_in_the_published_rows(mistake):
    assert list(wrong_rows(mistake)) != []


@pytest.mark.parametrize(
    ("mistake", "law"),
    [
        (invented_year_bands, "the delay jumps"),
        (hard_coded, "the delay falls"),
        (no_cap, "the cap"),
        (days_instead_of_months, "old age and delay make the month"),
    ],
)
def test_a_mistake_breaks_a_law_of_the_rule(mistake, law):
    assert any(law in one for one in broken_laws(mistake))


@pytest.mark.parametrize(
    ("mistake", "row"),
    [
        (one_step_for_all, "F50 1975-03"),
        (step_off_by_one, "M60 1965-01"),
        (invented_year_bands, "M60 1965-01"),
        (hard_coded, "M60 1965-05"),
        (men_stay_at_60, "M60 1966-06"),
        (no_cap, "M60 1977-01"),
        (days_instead_of_months, "M60 1963-12"),
    ],
)
def test_the_row_that_shows_it(mistake, row):
    assert row in list(wrong_rows(mistake))
