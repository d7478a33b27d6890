"""The counter cases of tests/fixtures/counter_cases.toml, each with the answer that is expected."""

from __future__ import annotations

import dataclasses
import tomllib
from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from kiosk.people.facts import FinishedService, InsuredPlace
from kiosk.retirement.age import Category
from kiosk.retirement.eligibility import Verdict, judge_all
from kiosk.retirement.facts import FactType, FactValue
from kiosk.retirement.months import Month
from kiosk.retirement.plan import make_plan
from kiosk.retirement.situation import Route, Situation, assess
from kiosk.visit.step_parts.retirement_options import early_times, late_times
from tests.kiosk.retirement.shipped import BOOK, CATALOGUE, FULL, ROOT, RULES, TODAY

FILE = ROOT / "tests" / "fixtures" / "counter_cases.toml"
CASES: Mapping[str, Any] = tomllib.loads(FILE.read_text("utf-8"))
EXPECTED = [
    pytest.param(case, expected, code, id=f"{name}-{code}")
    for name, case in CASES.items()
    for expected in case.get("expect", ())
    for code in expected["services"]
]


def with_key(key: str) -> list[Any]:
    """Return the cases that say something of `key`, as parameters."""
    return [pytest.param(case, id=name) for name, case in CASES.items() if key in case]


def typed(name: str, value: Any) -> FactValue:
    """Return a fact of the table in the type that the rules use."""
    match CATALOGUE.facts[name].type:
        case FactType.MONTH:
            return Month.parse(value)
        case FactType.PERIODS:
            return tuple(InsuredPlace(*one) for one in value)
        case FactType.FINISHED:
            return tuple(FinishedService(*one) for one in value)
        case FactType.PLACES:
            return tuple(value)
    found: FactValue = value
    return found


def situation(case: Mapping[str, Any]) -> Situation:
    """Return the situation that a case describes."""
    facts = {name: typed(name, value) for name, value in case.get("facts", {}).items()}
    on = date.fromisoformat(case["on"]) if "on" in case else TODAY
    category, birth = Category(case.get("category", "M60")), Month.parse(case["birth"])
    found = assess(RULES, category, birth, on, {**FULL, **facts})
    found = found.along(Route(case.get("route", "R01")))
    return found.retiring(Month.parse(case["retire"])) if "retire" in case else found


def words_of(found: Verdict) -> str:
    """Return all that a verdict says."""
    return "".join((found.reason, found.helper, *found.changes))


@pytest.mark.parametrize(("case", "expected", "code"), EXPECTED)
def test_the_answer(case, expected, code):
    found = judge_all(CATALOGUE, situation(case))[code]
    assert (found.answer, found.reason) == (expected["answer"], found.reason)
    assert found.rule == expected.get("rule", found.rule)
    if "since" in expected:
        assert found.since == Month.parse(expected["since"])
    assert found.fileable is expected.get("fileable", found.fileable)
    said = words_of(found)
    assert [one for one in expected.get("says", ()) if one not in said] == [], said
    assert [one for one in expected.get("never", ()) if one in said] == [], said


@pytest.mark.parametrize("case", with_key("statutory"))
def test_the_statutory_month(case):
    found = situation(case).estimate
    assert str(found.statutory) == case["statutory"]
    assert str(found.earliest) == case.get("earliest", str(found.earliest))


@pytest.mark.parametrize("case", with_key("minimum"))
def test_the_minimum_of_the_year_that_counts(case):
    assert situation(case).minimum_months == case["minimum"]


@pytest.mark.parametrize("case", with_key("order"))
def test_the_order_of_handling(case):
    parts = make_plan(BOOK, situation(case)).parts
    for code, waited in case["order"].items():
        assert set(parts[code].waits_all) >= set(waited)


@pytest.mark.parametrize("case", with_key("early_months"))
def test_the_early_months_that_are_offered(case):
    offered = [str(one.month) for one in early_times(situation(case))]
    assert offered == case["early_months"]


@pytest.mark.parametrize("case", with_key("no_late_months"))
def test_no_late_month_is_offered(case):
    found = situation(case)
    assert late_times(found) == ()
    assert late_times(dataclasses.replace(found, facts=FULL)) != (), "control: others may"


@pytest.mark.parametrize("case", with_key("not_before"))
def test_no_month_before_the_earliest_is_offered(case):
    found = situation(case)
    assert str(found.retiring(Month.parse(case["asks"])).retire) == case["not_before"]
    assert all(str(one.month) >= case["not_before"] for one in early_times(found))
