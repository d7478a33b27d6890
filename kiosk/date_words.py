"""Dates and lengths of time in words, by the forms in config/texts/dates.toml.

Pages, speech, slips and commands write them alike. Like the operator texts the forms are a constant
resource of the program, read when first needed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Final

from kiosk.config.schema import load
from kiosk.operator_texts import FOLDER

FILE: Final = FOLDER.with_name("dates.toml")
MONTHS_A_YEAR: Final = 12


@dataclass(frozen=True)
class DateForms:
    """The file config/texts/dates.toml."""

    month: str
    day: str
    full_day: str
    years: str
    years_and_half: str
    months: str
    age: str
    age_and_months: str


@cache
def _forms() -> DateForms:
    return load(DateForms, FILE)


def month_words(year: int, month: int) -> str:
    """Return a calendar month in words: 2026年11月."""
    return _forms().month.format(year=year, month=month)


def day_words(day: date, year: int | None = None) -> str:
    """Return a day in words: 12月14日, or 2027年1月22日 when its year is not `year`."""
    if year in (None, day.year):
        return _forms().day.format(month=day.month, day=day.day)
    return full_day_words(day)


def full_day_words(day: date) -> str:
    """Return a day with its year in words: 2027年1月22日."""
    return _forms().full_day.format(year=day.year, month=day.month, day=day.day)


def years_words(years: int) -> str:
    """Return a number of years in words: 3 年."""
    return _forms().years.format(years=years)


def years_and_months_words(months: int) -> str:
    """Return a number of months in words: 33 年 6 个月, or 33 年."""
    years, rest = divmod(months, MONTHS_A_YEAR)
    return " ".join((years_words(years), *_months_words(rest)))


def length_words(months: int) -> str:
    """Return a length of time in words: 15 年, 15 年半, 2 年 5 个月 or 7 个月."""
    years, rest = divmod(months, MONTHS_A_YEAR)
    if years and rest == MONTHS_A_YEAR // 2:
        return _forms().years_and_half.format(years=years)
    if not years:
        return _forms().months.format(months=rest)
    return years_and_months_words(months)


def age_words(months: int) -> str:
    """Return an age in words: 60 岁 3 个月, or 60 岁."""
    years, rest = divmod(months, MONTHS_A_YEAR)
    if rest:
        return _forms().age_and_months.format(years=years, months=rest)
    return _forms().age.format(years=years)


def _months_words(months: int) -> tuple[str, ...]:
    return (_forms().months.format(months=months),) if months else ()
