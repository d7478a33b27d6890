"""What later months bring: only by numbers that were read, and never less for more months."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.retirement.estimate.outlook import (
    AMOUNTS,
    GROWTH,
    LaterMonth,
    pension_facts,
    shown_outlook,
)
from kiosk.retirement.estimate.parameters import (
    TABLES,
    EstimateParameters,
    SourceStatus,
    read_estimate_parameters,
)
from kiosk.retirement.situation import Route, Situation
from tests.kiosk.retirement.shipped import CONFIG, person

PARAMETERS = read_estimate_parameters(CONFIG)
KNOWN = {"paid_months": 402, "deemed_months": 0, "paid_scope": "everywhere"}


def with_read(*tables: str) -> EstimateParameters:
    """Return the parameters of which just these tables were read."""
    sources = tuple(
        replace(one, status=SourceStatus.READ if name in tables else SourceStatus.UNVERIFIED)
        for name, one in zip(TABLES, PARAMETERS.sources, strict=True)
    )
    return replace(PARAMETERS, sources=sources)


def worker(category: str = "M60", birth: str = "1966-06", **facts: object) -> Situation:
    return person(category, birth, **(KNOWN | {"kind": "QY"} | facts))


def test_of_every_thousand_yuan_while_the_base_was_not_read() -> None:
    """60 years 5 months: 136.0833… months, 3 later 134.3333…, 36 later 113.6666…."""
    found = shown_outlook(PARAMETERS, worker())
    assert found is not None
    assert found.basic is None
    assert found.later == (
        LaterMonth(3, 7, 13, None),
        LaterMonth(6, 14, 26, None),
        LaterMonth(12, 29, 54, None),
        LaterMonth(24, 59, 118, None),
        LaterMonth(36, 89, 197, None),
    )


def test_in_yuan_once_all_numbers_were_read() -> None:
    found = shown_outlook(with_read(*AMOUNTS), worker(), (12,))
    assert found is not None
    assert found.basic is not None
    assert (str(found.basic.low), str(found.basic.high)) == ("2143.73", "5359.33")
    assert found.later == (LaterMonth(12, 29, 54, 99),)


@pytest.mark.parametrize("missing", GROWTH)
def test_nothing_while_formula_or_table_was_not_read(missing: str) -> None:
    assert shown_outlook(with_read(*(name for name in TABLES if name != missing)), worker()) is None


@pytest.mark.parametrize("missing", ["base", "contributions"])
def test_no_yuan_while_one_of_their_numbers_was_not_read(missing: str) -> None:
    found = shown_outlook(with_read(*(name for name in TABLES if name != missing)), worker())
    assert found is not None
    assert found.basic is None
    assert {one.yuan for one in found.later} == {None}


@pytest.mark.parametrize(
    "case",
    [
        worker(kind="JG"),
        worker(kind="JM"),
        worker(draws_pension=True),
        worker(paid_months=100),
        worker(paid_months=0),
        worker(state_manager=True),
        worker().along(Route.DISABILITY),
        replace(worker(), facts={"kind": "QY"}),
        replace(worker(), facts={"kind": "QY", "paid_months": 402, "paid_scope": "everywhere"}),
        worker(birth="1945-01"),
    ],
)
def test_nothing_where_nothing_can_be_known(case: Situation) -> None:
    assert shown_outlook(PARAMETERS, case) is None


def test_the_month_that_was_picked_does_not_change_what_later_ones_bring() -> None:
    case = worker()
    later = case.retiring(case.first.later(12))
    assert shown_outlook(PARAMETERS, later) == shown_outlook(PARAMETERS, case)


def test_no_month_beyond_the_last_one_allowed() -> None:
    found = shown_outlook(PARAMETERS, worker(), (35, 36, 37))
    assert found is not None
    assert [one.months for one in found.later] == [35, 36]
    assert shown_outlook(PARAMETERS, worker(), (37,)) is None


def test_who_pays_on_until_the_month_has_as_many_more() -> None:
    facts = pension_facts(worker(birth="1966-10"), PARAMETERS)
    assert facts is not None
    assert (facts.credited_months, facts.age_months) == (407, 60 * 12 + 6)
    just_enough = pension_facts(worker(birth="1966-10", paid_months=175), PARAMETERS)
    assert just_enough is not None
    assert just_enough.credited_months == 180
    assert pension_facts(worker(birth="1966-10", paid_months=174), PARAMETERS) is None


@given(paid=st.integers(180, 480), born=st.integers(0, 60), deemed=st.integers(0, 200))
def test_more_months_never_bring_less(paid: int, born: int, deemed: int) -> None:
    birth = f"{1966 + born // 12}-{born % 12 + 1:02}"
    case = worker(birth=birth, paid_months=paid, deemed_months=deemed)
    found = shown_outlook(with_read(*AMOUNTS), case, tuple(range(1, 37)))
    assert found is not None
    for one, more in pairwise(found.later):
        assert one.basic <= more.basic
        assert one.account <= more.account
        assert one.yuan is not None
        assert more.yuan is not None
        assert 0 <= one.yuan <= more.yuan
