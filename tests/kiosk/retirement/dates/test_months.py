"""A month is one whole number: parsing, arithmetic, words."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.retirement.months import Month

months = st.integers(1000 * 12, 9999 * 12 + 11).map(Month)


@given(months)
def test_text_comes_back(month):
    assert Month.parse(str(month)) == month
    assert Month.of(month.year, month.month) == month
    assert Month.of_day(date(month.year, month.month, 28)) == month


@given(months, st.integers(-6000, 6000))
def test_later_and_since_undo_each_other(month, distance):
    assert month.later(distance).since(month) == distance


@pytest.mark.parametrize(
    ("text", "index", "words"),
    [
        ("1965-01", 23580, "1965年1月"),
        ("1964-12", 23579, "1964年12月"),
        ("0900-02", 10801, "900年2月"),
    ],
)
def test_exact_month(text, index, words):
    month = Month.parse(text)
    assert (month.index, str(month), month.words()) == (index, text, words)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1965",
        "1965-00",
        "1965-13",
        "1965-1",
        "65-01",
        "1965-01-01",
        "1965/01",
        "1９65-01",
        "x1965-01",
    ],
)
def test_no_month(text):
    with pytest.raises(ValueError, match=f"^{text}$"):
        Month.parse(text)


def test_months_are_ordered():
    assert Month.parse("2024-12") < Month.parse("2025-01")
