"""Conditions: the eight tests, and every way in which conditions.toml may be wrong."""

from __future__ import annotations

import pytest

from kiosk.retirement.conditions import (
    CHECKS,
    FITS,
    Comparison,
    Condition,
    Unmet,
    holds,
    read_conditions,
)
from kiosk.retirement.months import Month
from tests.kiosk.retirement.shipped import CATALOGUE, CONFIG, edit, person

M = Month.parse


@pytest.mark.parametrize(
    ("test", "value", "other", "values", "result"),
    [
        ("yes", True, None, (), True),
        ("yes", False, None, (), False),
        ("no", True, None, (), False),
        ("no", False, None, (), True),
        ("some", 0, None, (), False),
        ("some", 1, None, (), True),
        ("some", (), None, (), False),
        ("some", ("上海市",), None, (), True),
        ("none", 0, None, (), True),
        ("none", 1, None, (), False),
        ("none", (), None, (), True),
        ("none", ("上海市",), None, (), False),
        ("equals", "b", None, ("a", "b"), True),
        ("equals", "c", None, ("a", "b"), False),
        ("at_least", 179, 180, (), False),
        ("at_least", 180, 180, (), True),
        ("at_least", 181, 180, (), True),
        ("reached", M("2026-10"), M("2026-11"), (), True),
        ("reached", M("2026-11"), M("2026-11"), (), True),
        ("reached", M("2026-12"), M("2026-11"), (), False),
        ("ahead", M("2026-10"), M("2026-11"), (), False),
        ("ahead", M("2026-11"), M("2026-11"), (), False),
        ("ahead", M("2026-12"), M("2026-11"), (), True),
    ],
)
def test_comparison(test, value, other, values, result):
    assert CHECKS[Comparison(test)](value, other, values) is result


def test_every_comparison_has_a_check_and_a_kind_of_fact():
    assert CHECKS.keys() == FITS.keys() == set(Comparison)


@pytest.mark.parametrize("wrong", ["1", None, ()])
def test_only_numbers_and_months_are_compared(wrong):
    with pytest.raises(AssertionError):
        CHECKS[Comparison.AT_LEAST](wrong, 1, ())
    with pytest.raises(AssertionError):
        CHECKS[Comparison.AT_LEAST](1, wrong, ())


def test_open_while_either_fact_is_not_known():
    enough = Condition("medical_months", Comparison.AT_LEAST, "", than="medical_months_needed")
    both = {"medical_months": 1, "medical_months_needed": 1}
    assert holds(enough, person(known=both)) is True
    assert holds(enough, person(known={**both, "medical_months": 0})) is False
    assert holds(enough, person(known={"medical_months": 1})) is None
    assert holds(enough, person(known={"medical_months_needed": 1})) is None
    assert holds(Condition("has_annuity", Comparison.YES, ""), person(known={})) is None
    assert holds(Condition("has_annuity", Comparison.NO, ""), person()) is True


def test_shipped_condition():
    assert CATALOGUE.conditions["reached_age"] == Condition(
        fact="retire_month",
        test=Comparison.REACHED,
        helper="打算 {retire_month} 退休，离现在还有 {months_to_wait}。"
        "按卡上的出生年月估算，法定是 {statutory_month}，以档案为准。",
        changes=("再等 {months_to_wait}，{retire_month} 来办",),
        than="on_month",
        unmet=Unmet.LATER,
        from_month="retire_month",
        basis="关于实施渐进式延迟法定退休年龄的决定 第一条",
    )
    assert CATALOGUE.conditions["annuity"].unmet is Unmet.CANNOT
    assert CATALOGUE.conditions["annuity"].insist


def test_shipped_conditions_are_sound():
    found, problems = read_conditions(CONFIG / "conditions.toml", CATALOGUE.facts)
    assert (found, problems) == (CATALOGUE.conditions, ())


NO_FACT = "没有“{}”这项事实，可以用的写在 facts.toml"


@pytest.mark.parametrize(
    ("pattern", "new", "named"),
    [
        (
            r'fact = "has_annuity"',
            'fact = "has_boat"',
            {"annuity.fact": NO_FACT.format("has_boat")},
        ),
        (
            r'than = "minimum_months"',
            'than = "least_months"',
            {"paid_enough.than": NO_FACT.format("least_months")},
        ),
        (
            r'from_month = "retire_month"',
            'from_month = "some_month"',
            {"reached_age.from_month": NO_FACT.format("some_month")},
        ),
        (
            r'(?<=fact = "has_annuity"\n)test = "yes"',
            'test = "some"',
            {"annuity.test": "“some”不能问“has_annuity”这样的事实"},
        ),
        (
            r'^than = "minimum_months"\n',
            "",
            {"paid_enough.than": "比较时要写和哪项事实比，不比较时不写"},
        ),
        (
            r'(?<=fact = "has_annuity"\n)test = "yes"',
            'test = "yes"\nthan = "has_fund_account"',
            {"annuity.than": "比较时要写和哪项事实比，不比较时不写"},
        ),
        (
            r'than = "minimum_months"',
            'than = "retire_month"',
            {"paid_enough.than": "“retire_month”不能拿来比"},
        ),
        (
            r'^values = \["early", "late"\]\n',
            "",
            {"flexible_month.values": "equals 要写出可以是哪些值，别的不写"},
        ),
        (
            r'(?<=fact = "has_annuity"\n)test = "yes"',
            'test = "yes"\nvalues = ["x"]',
            {"annuity.values": "equals 要写出可以是哪些值，别的不写"},
        ),
        (
            r'values = \["early", "late"\]',
            'values = ["erly", "late"]',
            {"flexible_month.values": "“erly”不对，应是这几个之一：early、on_time、late、overdue"},
        ),
        (
            r'^from_month = "retire_month"\n',
            "",
            {"reached_age.from_month": "later 要写从哪个年月起，别的不写"},
        ),
        (
            r'(?<=fact = "has_annuity"\n)test = "yes"',
            'test = "yes"\nfrom_month = "retire_month"',
            {"annuity.from_month": "later 要写从哪个年月起，别的不写"},
        ),
        (
            r'from_month = "retire_month"',
            'from_month = "paid_months"',
            {"reached_age.from_month": "“paid_months”不是年月"},
        ),
        (
            r'fact = "has_annuity"',
            'fact = "has_boat"\nfrom_month = "retire_month"',
            {
                "annuity.fact": NO_FACT.format("has_boat"),
                "annuity.from_month": "later 要写从哪个年月起，别的不写",
            },
        ),
        (
            r'(?<=fact = "has_annuity"\n)test = "yes"',
            'test = "is"',
            {
                "annuity.test": "应是这几个之一：yes、no、some、none、equals、at_least、reached、ahead，写的是 'is'"
            },
        ),
    ],
)
def test_an_unsound_condition(config, pattern, new, named):
    path = config / "conditions.toml"
    edit(path, pattern, new)
    _, problems = read_conditions(path, CATALOGUE.facts)
    assert {one.key: one.expected for one in problems} == named
    assert {one.file for one in problems} == {str(path)}


def test_an_equals_over_free_text_takes_any_value(config):
    path = config / "conditions.toml"
    edit(path, r'(?<=\[flexible_month\]\n)fact = "timing"', 'fact = "account"')
    assert read_conditions(path, CATALOGUE.facts)[1] == ()


def test_the_line_of_a_wrong_condition(config):
    path = config / "conditions.toml"
    line = edit(path, r'than = "minimum_months"', 'than = "retire_month"')
    _, (problem,) = read_conditions(path, CATALOGUE.facts)
    assert problem.line == line


def test_every_wrong_condition_is_named_and_the_rest_is_read(config):
    path = config / "conditions.toml"
    edit(path, r'fact = "has_annuity"', 'fact = "has_boat"')
    edit(path, r"^\[only_child\]\nfact", "[only_child]\nfcat")
    found, problems = read_conditions(path, CATALOGUE.facts)
    assert {one.key for one in problems} == {"annuity.fact", "only_child.fcat", "only_child.fact"}
    assert CATALOGUE.conditions.keys() - found.keys() == {"only_child"}
