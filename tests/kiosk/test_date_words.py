"""Dates and lengths of time in words."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.date_words import (
    age_words,
    day_words,
    full_day_words,
    length_words,
    month_words,
    years_and_months_words,
    years_words,
)

DAY = date(2027, 1, 22)


@pytest.mark.parametrize(
    ("months", "words"),
    [
        (0, "0 个月"), (1, "1 个月"), (6, "6 个月"), (11, "11 个月"), (12, "1 年"), (13, "1 年 1 个月"),
        (18, "1 年半"), (29, "2 年 5 个月"), (180, "15 年"), (186, "15 年半"), (187, "15 年 7 个月"),
    ],
)  # fmt: skip
def test_length_in_words(months, words):
    assert length_words(months) == words


@given(st.integers(0, 1200))
def test_no_two_lengths_sound_alike(months):
    assert length_words(months) != length_words(months + 1)


@pytest.mark.parametrize(
    ("months", "words", "age"),
    [
        (0, "0 年", "0 岁"),
        (402, "33 年 6 个月", "33 岁 6 个月"),
        (720, "60 年", "60 岁"),
        (721, "60 年 1 个月", "60 岁 1 个月"),
    ],
)
def test_years_and_months(months, words, age):
    assert (years_and_months_words(months), age_words(months)) == (words, age)


def test_the_year_of_a_day_is_told_when_it_is_another():
    assert day_words(DAY) == day_words(DAY, 2027) == "1月22日"
    assert day_words(DAY, 2026) == full_day_words(DAY) == "2027年1月22日"


def test_a_month_and_a_number_of_years():
    assert (month_words(2026, 11), years_words(3)) == ("2026年11月", "3 年")
