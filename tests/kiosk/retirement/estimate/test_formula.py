"""The pension formula: worked examples to the fen, and what holds for everybody."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from kiosk.retirement.estimate.formula import (
    PensionFacts,
    estimate_pension,
    extra_pension,
    in_fen,
    retiring_later,
)
from kiosk.retirement.estimate.parameters import Interval, read_estimate_parameters
from tests.kiosk.retirement.shipped import CONFIG

PARAMETERS = read_estimate_parameters(CONFIG)
SIXTY = 60 * 12


def yuan(text: str) -> Decimal:
    return Decimal(text)


def exact(text: str) -> Interval:
    return Interval(yuan(text), yuan(text))


def published_examples() -> list[dict[str, Any]]:
    text = Path(__file__).with_name("published_examples.toml").read_text("utf-8")
    found: list[dict[str, Any]] = tomllib.loads(text)["example"]
    return found


@pytest.mark.parametrize("example", published_examples(), ids=["whole yuan", "to the fen", "slip"])
def test_a_worked_example_that_is_published(example: dict[str, Any]) -> None:
    """Each part to the fen, or with the reason why the page says something else."""
    parameters = replace(PARAMETERS, base=yuan(example["base"]))
    facts = PensionFacts(
        example["months"],
        0,
        example["age_months"],
        yuan(example["index"]),
        yuan(example["balance"]),
    )
    found = estimate_pension(parameters, facts)
    parts = {"basic", "account", "total"} & example.keys()
    assert parts
    for part in parts:
        said = example[part]
        assert getattr(found, part) == exact(said["ours"]), part
        assert yuan(said["published"]) == yuan(said["ours"]) or said["reason"]
    assert found.transition == exact("0.00")


def test_the_published_divisor_between_two_ages() -> None:
    """The page of the table's source: 60 years 9 months, about 133.75 = 139 − 7 ÷ 12 × 9."""
    assert PARAMETERS.divisor(SIXTY + 9) == yuan("133.75")


@pytest.mark.parametrize(
    ("facts", "basic", "account"),
    [
        # 7999 × (1 + 0.6) ÷ 2 × 180/12 × 1 % = 959.88; 50000 ÷ 139 = 359.712…
        (PensionFacts(180, 0, SIXTY, Decimal("0.6"), Decimal(50000)), "959.88", "359.71"),
        # 7999 × (1 + 1) ÷ 2 × 402/12 × 1 % = 2679.665, half up; 120000 ÷ 139 = 863.309…
        (PensionFacts(402, 0, SIXTY, Decimal(1), Decimal(120000)), "2679.67", "863.31"),
        # 60 years 6 months: 139 − (139 − 132) × 6/12 = 135.5; 120000 ÷ 135.5 = 885.608…
        (PensionFacts(402, 0, SIXTY + 6, Decimal(1), Decimal(120000)), "2679.67", "885.61"),
        # a woman of 50: 7999 × (1 + 3) ÷ 2 × 240/12 × 1 % = 3199.60; 200000 ÷ 195 = 1025.641…
        (PensionFacts(240, 0, 50 * 12, Decimal(3), Decimal(200000)), "3199.60", "1025.64"),
        # the last age of the table: 65 years, 101 months
        (PensionFacts(240, 0, 65 * 12, Decimal(1), Decimal(101)), "1599.80", "1.00"),
    ],
)
def test_worked_by_hand(facts: PensionFacts, basic: str, account: str) -> None:
    found = estimate_pension(PARAMETERS, facts)
    assert (found.basic, found.account) == (exact(basic), exact(account))
    assert found.total.is_exact


def test_deemed_years_bring_a_span() -> None:
    """7999 × 0.8 × 60/12 × 1.0 % = 319.96, and × 1.4 % = 447.944."""
    facts = PensionFacts(402, 60, SIXTY, yuan("0.8"), yuan("0"))
    found = estimate_pension(PARAMETERS, facts)
    assert found.transition == Interval(yuan("319.96"), yuan("447.94"))
    assert found.total.high is not None
    assert found.total.high - found.total.low == yuan("127.98")


def test_what_is_not_known_widens_the_estimate() -> None:
    """7999 × 1.6 ÷ 2 × 15 × 1 % = 959.88; 7999 × 4 ÷ 2 × 15 × 1 % = 2399.70."""
    found = estimate_pension(PARAMETERS, PensionFacts(180, 0, SIXTY))
    assert found.basic == Interval(yuan("959.88"), yuan("2399.70"))
    assert found.account == Interval(yuan("0"), None)
    assert found.total == Interval(yuan("959.88"), None)


def test_three_months_more() -> None:
    """Basic: 7999 × 2 ÷ 2 × 3/12 × 1 % = 19.9975.

    Account: 120000 ÷ 139 = 863.3094; 120000 + 3 × 8 % × 7999 = 121919.76, ÷ 137.25 = 888.3042.
    Together 19.9975 + 24.9949 = 44.9924.
    """
    facts = PensionFacts(402, 0, SIXTY, yuan("1"), yuan("120000"))
    assert extra_pension(PARAMETERS, facts, 3) == exact("44.99")


def test_three_months_more_of_whom_nothing_is_known() -> None:
    """At index 0.6: 7999 × 1.6 ÷ 2 × 0.25 % = 15.998; 3 × 8 % × 7999 × 0.6 ÷ 137.25 = 8.392."""
    found = extra_pension(PARAMETERS, PensionFacts(402, 0, SIXTY), 3)
    assert found == Interval(yuan("24.39"), None)


def test_with_the_account_known_the_gain_is_a_span() -> None:
    found = extra_pension(PARAMETERS, PensionFacts(402, 0, SIXTY, None, yuan("120000")), 3)
    assert found.high is not None
    assert found.low < found.high


def test_who_pays_on_has_more_in_the_account() -> None:
    facts = retiring_later(PARAMETERS, PensionFacts(402, 12, SIXTY), 3, yuan("1"))
    assert facts == PensionFacts(405, 12, SIXTY + 3, yuan("1"), yuan("1919.76"))


def test_half_a_fen_is_rounded_up() -> None:
    assert [str(in_fen(yuan(one))) for one in ("0.005", "0.0049", "1.115")] == [
        "0.01", "0.00", "1.12",
    ]  # fmt: skip


INDICES = [None, *(Decimal(one) / 10 for one in range(6, 31, 4))]
BALANCES = [None, Decimal(0), Decimal(35000), Decimal("123456.78"), Decimal(900000)]
PEOPLE = [
    PensionFacts(months, deemed, age, index, balance)
    for months in (180, 263, 402)
    for deemed in (0, 119)
    for age in (50 * 12, 55 * 12 + 7, SIXTY + 5)
    for index in INDICES
    for balance in BALANCES
]


def bounds(amount: Interval) -> tuple[Decimal, Decimal]:
    return amount.low, Decimal("Infinity") if amount.high is None else amount.high


@pytest.mark.parametrize("field", ["credited_months", "deemed_months", "index", "balance"])
def test_more_of_anything_is_never_less_pension(field: str) -> None:
    for facts in PEOPLE:
        value = getattr(facts, field)
        if value is None:
            continue
        more = replace(facts, **{field: value + (Decimal("0.1") if field == "index" else 1)})
        before, after = (bounds(estimate_pension(PARAMETERS, one).total) for one in (facts, more))
        assert after[0] >= before[0], facts
        assert after[1] >= before[1], facts


def test_a_higher_base_is_never_less_pension() -> None:
    higher = replace(PARAMETERS, base=PARAMETERS.base + 1)
    for facts in PEOPLE:
        before = bounds(estimate_pension(PARAMETERS, facts).total)
        after = bounds(estimate_pension(higher, facts).total)
        assert after[0] >= before[0], facts
        assert after[1] >= before[1], facts


def test_later_is_never_less_and_longer_is_never_less_than_shorter() -> None:
    for facts in PEOPLE:
        gains = [bounds(extra_pension(PARAMETERS, facts, months)) for months in range(37)]
        assert gains[0][0] == 0
        for earlier, later in pairwise(gains):
            assert later[0] >= earlier[0], facts
            assert later[1] >= earlier[1], facts


def test_an_interval_holds_what_it_is_for_whoever_it_is() -> None:
    """Somebody's own index and account lie within the span of who does not know them."""
    for facts in PEOPLE:
        wide = bounds(estimate_pension(PARAMETERS, replace(facts, index=None, balance=None)).total)
        own = bounds(estimate_pension(PARAMETERS, facts).total)
        assert wide[0] <= own[0] <= own[1] <= wide[1], facts
        least = extra_pension(PARAMETERS, replace(facts, index=None, balance=None), 3).low
        assert extra_pension(PARAMETERS, facts, 3).low >= least, facts


def test_the_divisor_falls_with_every_month() -> None:
    found = [PARAMETERS.divisor(age) for age in PARAMETERS.ages]
    assert found == sorted(found, reverse=True)
    assert len(set(found)) == len(found) == 15 * 12 + 1
    assert [PARAMETERS.divisor(age * 12) for age in (50, 55, 60, 65)] == [195, 170, 139, 101]
