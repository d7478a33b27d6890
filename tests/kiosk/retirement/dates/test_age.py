"""The retirement month agrees with the published anchors and with the law's own invariants."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.config.schema import ConfigError
from kiosk.people.identity import Sex
from kiosk.retirement.age import Category, Estimate, estimate, minimum_months, read_age_rules
from kiosk.retirement.months import Month
from tests.kiosk.retirement.dates.age_checks import (
    ANCHORS,
    CAP,
    FIRST,
    LAST,
    OLD_AGE,
    TABLE,
    ToldByRule,
    broken_laws,
    wrong_rows,
)
from tests.kiosk.retirement.shipped import RULES, edit

births = st.integers(1930 * 12, 2010 * 12).map(Month)
categories = st.sampled_from(Category)


def told(category: str, birth: Month) -> ToldByRule:
    found = estimate(RULES, Category(category), birth)
    return ToldByRule(found.delay, found.statutory)


def test_there_are_eleven_anchors():
    assert len(ANCHORS) == 11


@pytest.mark.parametrize("anchor", ANCHORS, ids=lambda row: f"{row['cat']}-{row['birth']}")
def test_published_anchor(anchor):
    found = estimate(RULES, Category(anchor["cat"]), Month.parse(anchor["birth"]))
    assert str(found.statutory) == anchor["statutory"]
    assert found.delay == anchor["delay"]


@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row[0]}-{row[1]}")
def test_rule_table(row):
    category, birth, delay, age, statutory, earliest, latest, minimum = row
    found = estimate(RULES, Category(category), Month.parse(birth))
    assert found == Estimate(
        category=Category(category),
        birth=Month.parse(birth),
        delay=delay,
        statutory=Month.parse(statutory),
        earliest=Month.parse(earliest or statutory),
        latest=Month.parse(latest or statutory),
        minimum_months=minimum,
        flexible=earliest is not None,
    )
    assert found.age == age


def test_the_same_checks_that_catch_mistakes_pass():
    assert list(wrong_rows(told)) == []
    assert list(broken_laws(told)) == []


@given(categories, births)
def test_invariants(category, birth):
    rule = RULES.categories[category]
    found, next_one = (estimate(RULES, category, month) for month in (birth, birth.later(1)))
    old = birth.later(rule.base_years * 12)
    assert 0 <= found.delay <= rule.cap
    assert found.delay <= next_one.delay
    assert found.statutory.since(old) == found.delay
    assert old <= found.earliest <= found.statutory <= found.latest
    assert found.flexible is (str(found.statutory) >= "2025-01")
    assert found.latest.since(found.statutory) == (36 if found.flexible else 0)
    assert found.statutory.since(found.earliest) == (min(36, found.delay) if found.flexible else 0)


@pytest.mark.parametrize("category", Category)
def test_every_month_of_birth_has_an_answer(category):
    for index in range(FIRST.index, LAST.index + 1):
        found = estimate(RULES, category, Month(index))
        assert 180 <= found.minimum_months <= 240
        assert found.age >= (OLD_AGE[category], 0)


def test_the_law_numbers():
    assert {one: (rule.base_years, rule.cap) for one, rule in RULES.categories.items()} == {
        one: (OLD_AGE[one], CAP[one]) for one in OLD_AGE
    }


@pytest.mark.parametrize(
    ("year", "months"),
    [
        (2000, 180), (2025, 180), (2029, 180), (2030, 186), (2031, 192), (2032, 198), (2033, 204),
        (2034, 210), (2035, 216), (2036, 222), (2037, 228), (2038, 234), (2039, 240), (2040, 240),
        (2099, 240),
    ],
)  # fmt: skip
def test_minimum_months_of_a_year(year, months):
    assert minimum_months(RULES, year) == months


@given(st.integers(1990, 2100))
def test_minimum_never_falls(year):
    assert 180 <= minimum_months(RULES, year) <= minimum_months(RULES, year + 1) <= 240


SPAN = "应是 0 到 120 之间的月数。"
AGES = "应是 40 到 70 之间的岁数。"


@pytest.mark.parametrize(
    ("pattern", "new", "key", "cure"),
    [
        (r'^begins = "2025-01"', 'begins = "2025"', "begins", "应是年月，如 2025-01。"),
        (r"^\[categories.F50\]", "[categories.F51]", "categories", "应正好是 M60、W60、F55、F50。"),
        (r"^step = 2", "step = 0", "categories.F50.step", "应是 1 或更大的整数。"),
        (r"^flexible_months = 36", "flexible_months = -1", "flexible_months", SPAN),
        (r"^flexible_months = 36", "flexible_months = 121", "flexible_months", SPAN),
        (r"^early_notice_months = 3", "early_notice_months = -1", "early_notice_months", SPAN),
        (r"^late_notice_months = 1", "late_notice_months = 121", "late_notice_months", SPAN),
        (r"^file_ahead_months = 3", "file_ahead_months = -1", "file_ahead_months", SPAN),
        (r"^base_years = 50", "base_years = 39", "categories.F50.base_years", AGES),
        (r"^base_years = 50", "base_years = 71", "categories.F50.base_years", AGES),
        (r"^cap = 60", "cap = -1", "categories.F50.cap", SPAN),
        (r"^cap = 60", "cap = 121", "categories.F50.cap", SPAN),
        (r"^base = 180", "base = 241", "minimum.base", "应不大于 cap。"),
        (r"^base = 180", "base = -1", "minimum.base", "应不大于 cap。"),
        (r"^step = 6", "step = -1", "minimum.step", "应是 0 或更大的整数。"),
        (
            r"^insured_before = .*$",
            'insured_before = "2011"',
            "lump_sum.insured_before",
            "应是年月，如 2025-01。",
        ),
        (r"^after_months = 60", "after_months = -1", "lump_sum.after_months", SPAN),
        (r"^months = 120", "months = 121", "drawing_place.months", SPAN),
    ],
)
def test_unsound_numbers(config: Path, pattern, new, key, cure):
    path = config / "rules" / "retirement_age.toml"
    line = edit(path, pattern, new)
    with pytest.raises(ConfigError) as caught:
        read_age_rules(path)
    place = str(path) if key == "categories" else f"{path} 第 {line} 行"
    assert str(caught.value) == f"{place}：{key}：{cure}"


@pytest.mark.parametrize(
    ("pattern", "new"),
    [
        (r"^flexible_months = 36", "flexible_months = 0"),
        (r"^flexible_months = 36", "flexible_months = 120"),
        (r"^file_ahead_months = 3", "file_ahead_months = 0"),
        (r"^base_years = 50", "base_years = 40"),
        (r"^base_years = 50", "base_years = 70"),
        (r"^cap = 60", "cap = 0"),
        (r"^base = 180", "base = 240"),
        (r"^base = 180", "base = 0"),
        (r"^step = 6", "step = 0"),
    ],
)
def test_the_least_and_the_most_that_is_sound(config: Path, pattern, new):
    path = config / "rules" / "retirement_age.toml"
    edit(path, pattern, new)
    assert read_age_rules(path) != RULES


def test_a_category_has_a_sex_that_a_card_can_say(config: Path):
    path = config / "rules" / "retirement_age.toml"
    line = edit(path, r'^sex = "1"', 'sex = "male"')
    with pytest.raises(ConfigError) as caught:
        read_age_rules(path)
    assert str(caught.value).startswith(
        f"{path} 第 {line} 行：categories.M60.sex：应是这几个之一："
    )
    assert {name: one.sex for name, one in RULES.categories.items()} == {
        "M60": Sex.MALE,
        "W60": Sex.FEMALE,
        "F55": Sex.FEMALE,
        "F50": Sex.FEMALE,
    }


def test_every_wrong_number_is_named_at_once(config: Path):
    path = config / "rules" / "retirement_age.toml"
    edit(path, r"^begins = .*$", 'begins = "soon"')
    edit(path, r"^step = 2", "step = -1")
    with pytest.raises(ConfigError) as caught:
        read_age_rules(path)
    assert [one.key for one in caught.value.problems] == ["begins", "categories.F50.step"]


def test_a_step_of_one_is_sound(config: Path):
    path = config / "rules" / "retirement_age.toml"
    edit(path, r"^step = 2", "step = 1")
    found = estimate(read_age_rules(path), Category.F50, Month.parse("1975-03"))
    assert found.delay == 3


def test_words():
    found = estimate(RULES, Category.F50, Month.parse("1976-03"))
    assert found.statutory.words() == "2026年11月"
    assert found.age == (50, 8)
