"""The retirement month agrees with the published anchors and with the law's own invariants."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.retirement.age import Category, Month, estimate, minimum_months, read_age_rules

ROOT = Path(__file__).parents[2]
RULES = read_age_rules(ROOT / "config" / "rules" / "retirement_age.toml")
ANCHORS = json.loads((ROOT / "tests" / "vectors" / "retirement_anchors.json").read_text("utf-8"))

TABLE = [
    # category, birth, delay, statutory, earliest, latest, minimum
    ("M60", "1965-01", 1, "2025-02", "2025-01", "2028-02", 180),
    ("M60", "1965-05", 2, "2025-07", "2025-05", "2028-07", 180),
    ("M60", "1966-06", 5, "2026-11", "2026-06", "2029-11", 180),
    ("M60", "1970-06", 17, "2031-11", "2030-06", "2034-11", 192),
    ("M60", "1976-08", 35, "2039-07", "2036-08", "2042-07", 240),
    ("M60", "1976-09", 36, "2039-09", "2036-09", "2042-09", 240),
    ("M60", "1977-01", 36, "2040-01", "2037-01", "2043-01", 240),
    ("F55", "1970-01", 1, "2025-02", "2025-01", "2028-02", 180),
    ("F55", "1981-09", 36, "2039-09", "2036-09", "2042-09", 240),
    ("F50", "1975-03", 2, "2025-05", "2025-03", "2028-05", 180),
    ("F50", "1976-03", 8, "2026-11", "2026-03", "2029-11", 180),
    ("F50", "1978-10", 23, "2030-09", "2028-10", "2033-09", 186),
    ("F50", "1984-10", 59, "2039-09", "2036-09", "2042-09", 240),
    ("F50", "1984-11", 60, "2039-11", "2036-11", "2042-11", 240),
]

births = st.integers(1930 * 12, 2010 * 12).map(Month)
categories = st.sampled_from(Category)


@pytest.mark.parametrize("anchor", ANCHORS, ids=lambda row: f"{row['cat']}-{row['birth']}")
def test_published_anchor(anchor):
    found = estimate(RULES, Category(anchor["cat"]), Month.parse(anchor["birth"]))
    assert str(found.statutory) == anchor["statutory"]
    assert found.delay == anchor["delay"]


@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row[0]}-{row[1]}")
def test_rule_table(row):
    category, birth, delay, statutory, earliest, latest, minimum = row
    found = estimate(RULES, Category(category), Month.parse(birth))
    spans = (str(found.statutory), str(found.earliest), str(found.latest))
    assert (found.delay, *spans, found.minimum_months) == (
        delay,
        statutory,
        earliest,
        latest,
        minimum,
    )


@given(categories, births)
def test_invariants(category, birth):
    rule = RULES.categories[category]
    found, next_one = (estimate(RULES, category, month) for month in (birth, birth.later(1)))
    old = birth.later(rule.base_years * 12)
    assert 0 <= found.delay <= rule.cap
    assert found.delay <= next_one.delay
    assert found.statutory.since(old) == found.delay
    assert old <= found.earliest <= found.statutory <= found.latest


@given(st.integers(1990, 2100))
def test_minimum_never_falls(year):
    assert 180 <= minimum_months(RULES, year) <= minimum_months(RULES, year + 1) <= 240


def test_words():
    found = estimate(RULES, Category.F50, Month.parse("1976-03"))
    assert found.statutory.words() == "2026年11月"
    assert found.age == (50, 8)
