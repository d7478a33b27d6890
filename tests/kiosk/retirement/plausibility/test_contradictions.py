"""Facts that can't all be true: which are marked, and on both sides of every boundary."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from kiosk.config.schema import ConfigError
from kiosk.people.facts import InsuredKind, InsuredPlace, PaidScope, SharedFacts
from kiosk.retirement.age import read_age_rules
from kiosk.retirement.months import Month
from kiosk.retirement.plausibility.contradictions import contradicting_facts
from tests.kiosk.retirement.shipped import RULES, TODAY, edit

BORN = Month.parse("1966-06")
SOUND = SharedFacts(InsuredKind.ENTERPRISE, "M60", 402, 24, 402, 360, "1987-09")
HERE, ELSEWHERE = "亳州市", "上海市"
PLACES = (InsuredPlace(ELSEWHERE, 100), InsuredPlace(HERE, 326))


def marked(birth: Month = BORN, on: date = TODAY, **facts: object) -> set[str]:
    return set(contradicting_facts(replace(SOUND, **facts), birth, on, RULES))  # type: ignore[arg-type]


def test_sound_facts_are_not_marked() -> None:
    assert marked() == set()
    assert marked(insured_since="1991-05", draws_pension=False) == set()
    assert marked(draws_pension=True, draws_since="2025-12") == set()


@pytest.mark.parametrize(
    "name", ["work_start_month", "draws_since", "insured_since", "notice_month", "archive_birth"]
)
def test_a_month_in_the_future_is_marked(name: str) -> None:
    assert name in marked(**{name: "2026-12"})
    assert marked(**{name: "2026-12"}, on=date(2026, 12, 1), paid_months=0) == set()
    assert name not in marked(**{name: "2026-11"}, paid_months=0)


def test_55_years_paid_at_50_are_marked() -> None:
    """Born 1976-11: since the sixteenth birthday, 1992-11, there are 409 months, this one too."""
    born = Month.parse("1976-11")
    assert marked(born, paid_months=660, deemed_months=0) == {"paid_months"}
    assert marked(born, paid_months=409, deemed_months=0) == set()
    assert marked(born, paid_months=410, deemed_months=0) == {"paid_months"}
    assert marked(born, paid_months=385, deemed_months=25) == {"paid_months", "deemed_months"}


def test_months_of_a_child_are_marked() -> None:
    assert marked(Month.parse("2015-01"), paid_months=1, deemed_months=0) == {"paid_months"}
    assert marked(Month.parse("2015-01"), paid_months=0, deemed_months=0) == set()


def test_more_months_than_since_the_first_payment_are_marked() -> None:
    """From 2020-01 to 2026-11 there are 83 months, both ends counted."""
    assert marked(insured_since="2020-01", paid_months=83) == set()
    assert marked(insured_since="2020-01", paid_months=84) == {"paid_months", "insured_since"}
    assert marked(insured_since="2026-11", paid_months=1) == set()
    assert marked(insured_since="2026-11", paid_months=2) == {"paid_months", "insured_since"}
    assert marked(insured_since="2026-12") == {"insured_since"}, "it lies ahead, and that is said"


def test_two_offices_that_contradict_each_other_are_marked() -> None:
    assert marked(draws_pension=False, draws_since="2025-12") == {"draws_pension", "draws_since"}
    assert marked(draws_pension=None, draws_since="2025-12") == set()
    both = {"paid_months", "insured_places"}
    assert marked(insured_places=PLACES, paid_scope=PaidScope.EVERYWHERE) == set()
    assert marked(insured_places=PLACES, paid_scope=PaidScope.HERE) == both
    assert marked(insured_places=PLACES, paid_scope=PaidScope.HERE, paid_months=302) == set()
    assert marked(insured_places=PLACES, paid_scope=PaidScope.NOT_SAID) == set()
    assert marked(paid_scope=PaidScope.HERE) == set()


def test_a_person_of_103_has_a_birth_that_somebody_looks_at() -> None:
    assert marked(Month.parse("1923-06")) == {"birth"}
    assert marked(Month.parse("1926-11")) == set()
    assert marked(Month.parse("1926-10")) == {"birth"}


@pytest.mark.parametrize("years", ["-1", "100"])
def test_ages_that_cannot_be(config: Path, years: str) -> None:
    path = config / "rules" / "retirement_age.toml"
    line = edit(path, "^youngest_years = 16", f"youngest_years = {years}")
    with pytest.raises(ConfigError) as caught:
        read_age_rules(path)
    said = "plausible.youngest_years：应不小于 0，并且小于 oldest_years。"
    assert str(caught.value) == f"{path} 第 {line} 行：{said}"
