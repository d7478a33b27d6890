"""Working days between two days, remembered: a year of cases has few different pairs."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kiosk.retirement.calendar import Holidays

LONGEST = 366
"""Days between that are looked at one by one; more count as so many working days."""


@lru_cache(maxsize=100_000)
def working_days(first: str, last: str, holidays: Holidays) -> int:
    """Return how many working days lie after `first` until `last`, both ISO dates."""
    begin, end = date.fromisoformat(first), date.fromisoformat(last)
    span = min((end - begin).days, LONGEST)
    return sum(holidays.works(begin + timedelta(one)) for one in range(1, span + 1))
