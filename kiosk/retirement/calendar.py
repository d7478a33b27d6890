"""By when is it promised? Working days by the State Council's calendar, in config/holidays.toml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from kiosk.schema import load, read_table

_SATURDAY = 5
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Year:
    """One year's notice: days off, and weekend days that are worked instead (调休)."""

    off: tuple[date, ...]
    work: tuple[date, ...]


@dataclass(frozen=True)
class Holidays:
    """All known days off and worked weekend days; a year without a notice has weekends only."""

    off: frozenset[date] = frozenset()
    work: frozenset[date] = frozenset()

    def works(self, day: date) -> bool:
        """Tell whether offices are open."""
        return day in self.work or (day.weekday() < _SATURDAY and day not in self.off)


@dataclass(frozen=True)
class _File:
    years: Mapping[str, Year]


def read_holidays(path: Path) -> Holidays:
    """Read config/holidays.toml: a table for each year. Raises kiosk.schema.ConfigError."""
    years = load(_File, path, {"years": read_table(path)}).years.values()
    return Holidays(
        frozenset(day for year in years for day in year.off),
        frozenset(day for year in years for day in year.work),
    )


def add_working_days(start: date, days: int, holidays: Holidays) -> date:
    """Return the `days`-th working day after `start`; counting starts the day after."""
    day, left = start, days
    while left > 0:
        day += _DAY
        left -= holidays.works(day)
    return day
