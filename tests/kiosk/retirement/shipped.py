"""The shipped rules, read once, and invented situations for tests."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from kiosk.config.schema import ConfigError
from kiosk.retirement.age import Category, read_age_rules
from kiosk.retirement.catalogue import Catalogue
from kiosk.retirement.commands import read_rulebook
from kiosk.retirement.divisions import read_divisions
from kiosk.retirement.eligibility import Verdict, judge_all
from kiosk.retirement.explanation import Explanation
from kiosk.retirement.facts import FactValue
from kiosk.retirement.months import Month
from kiosk.retirement.reading import SERVICE_COUNT, read_catalogue
from kiosk.retirement.rule_words import read_rule_words
from kiosk.retirement.situation import Route, Situation, assess

ROOT = Path(__file__).parents[3]
CONFIG = ROOT / "config"
TODAY = date(2026, 11, 23)

BOOK = read_rulebook(CONFIG)
CATALOGUE = BOOK.catalogue
EXPLANATION = Explanation(read_rule_words(CONFIG))
RULES = read_age_rules(CONFIG / "rules" / "retirement_age.toml")
DIVISIONS = read_divisions(CONFIG / "divisions.csv")

FULL: Mapping[str, FactValue] = {
    "kind": "QY",
    "paid_months": 402,
    "deemed_months": 0,
    "medical_months": 402,
    "medical_months_needed": 360,
    "earlier_places": (),
    "card_account_active": True,
    "has_fund_account": True,
    "has_annuity": False,
    "only_child_certificate": True,
    "household_matches": True,
    "citizen": True,
}
"""All that card and offices can know of somebody from whom nothing is missing."""


def person(
    category: str = "M60",
    birth: str = "1966-06",
    on: date = TODAY,
    route: Route = Route.AGE,
    known: Mapping[str, FactValue] = FULL,
    **facts: FactValue,
) -> Situation:
    """Return a man who reaches the age on the day, or what the arguments make of him."""
    found = assess(RULES, Category(category), Month.parse(birth), on, {**known, **facts})
    return found.along(route)


def early(**facts: FactValue) -> Situation:
    """Return a man who asks to retire this month, five months early."""
    return person("M60", "1966-10", **facts).retiring(Month.of_day(TODAY))


def verdict(
    code: str, case: Situation, *insisted: str, catalogue: Catalogue = CATALOGUE
) -> Verdict:
    """Return one service's verdict."""
    return judge_all(catalogue, case, insisted)[code]


def changed(code: str, **fields: Any) -> Catalogue:
    """Return the shipped catalogue with one service changed."""
    services = {**CATALOGUE.services, code: replace(CATALOGUE.services[code], **fields)}
    return replace(CATALOGUE, services=services)


def with_condition(name: str, **fields: Any) -> Catalogue:
    """Return the shipped catalogue with one condition changed."""
    conditions = {**CATALOGUE.conditions, name: replace(CATALOGUE.conditions[name], **fields)}
    return replace(CATALOGUE, conditions=conditions)


def edit(path: Path, pattern: str, new: str) -> int:
    """Replace the one place that `pattern` names; return its line."""
    text = path.read_text("utf-8")
    found = list(re.finditer(pattern, text, re.MULTILINE))
    assert len(found) == 1, pattern
    path.write_text(text[: found[0].start()] + new + text[found[0].end() :], "utf-8")
    return text[: found[0].start()].count("\n") + 1


def number_of(path: Path, start: str) -> int:
    """Return the line that begins with `start`."""
    lines = path.read_text("utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if line.startswith(start))


def refused(config: Path, count: int = SERVICE_COUNT) -> list[str]:
    """Return why this catalogue is refused, a line for each wrong place."""
    with pytest.raises(ConfigError) as caught:
        read_catalogue(config, count)
    return [line.removeprefix(f"{config}/") for line in str(caught.value).splitlines()]
