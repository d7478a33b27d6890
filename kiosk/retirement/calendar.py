"""Working days by the State Council's holiday notices, as written in config/holidays.toml."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

from kiosk.config.schema import ConfigError, Problem, line_of, load, read_table
from kiosk.operator_texts import text_of

_SATURDAY = 5
YEAR_SHAPE = re.compile(r"\d{4}", re.ASCII)
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Year:
    """One calendar year: days off, and weekend days that are worked instead (调休).

    `announced` is False while only the statutory holidays are known because the State Council has
    not yet published the notice for that year.
    """

    off: tuple[date, ...]
    work: tuple[date, ...] = ()
    announced: bool = True


@dataclass(frozen=True)
class Holidays:
    """All known days off and worked weekend days; `years` are those whose notice is published."""

    off: frozenset[date] = frozenset()
    work: frozenset[date] = frozenset()
    years: frozenset[int] = frozenset()

    def works(self, day: date) -> bool:
        """Return whether offices are open on `day`; of unknown years only weekends are off."""
        return day in self.work or (day.weekday() < _SATURDAY and day not in self.off)

    def unannounced_years(self, first: date, last: date) -> tuple[int, ...]:
        """Return the years from `first` to `last` whose holiday notice is not published yet."""
        return tuple(year for year in range(first.year, last.year + 1) if year not in self.years)


@dataclass(frozen=True)
class _CalendarFile:
    years: Mapping[str, Year]


def read_holidays(path: Path) -> Holidays:
    """Return the calendar in the file at `path`, which has one table for each year.

    Raises ConfigError when a day stands under another year, or a worked day is not on a weekend.
    """
    years = load(_CalendarFile, path, {"years": read_table(path)}).years
    problems = [
        Problem(str(path), line_of(path, name), name, expected)
        for name, year in years.items()
        for expected in _faults(name, year)
    ]
    if problems:
        raise ConfigError(tuple(problems))
    return Holidays(
        frozenset(day for year in years.values() for day in year.off),
        frozenset(day for year in years.values() for day in year.work),
        frozenset(int(name) for name, year in years.items() if year.announced),
    )


def _faults(name: str, year: Year) -> list[str]:
    """Return what is wrong: days of another year, worked days that are not on weekends."""
    of_other_year = [day for day in (*year.off, *year.work) if str(day.year) != name]
    no_swap = [day for day in year.work if day.weekday() < _SATURDAY or day in year.off]
    found = [text_of("retirement.other_year", day=day, year=name) for day in of_other_year]
    found += [text_of("retirement.no_weekend", day=day) for day in no_swap]
    return found if YEAR_SHAPE.fullmatch(name) else [text_of("retirement.year")]


@lru_cache(4096)
def add_working_days(start: date, days: int, holidays: Holidays) -> date:
    """Return the `days`-th working day after `start`; counting starts the day after."""
    day, left = start, days
    while left > 0:
        day += _DAY
        left -= holidays.works(day)
    return day
