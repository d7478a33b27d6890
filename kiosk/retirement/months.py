"""Calendar months as whole numbers; the law counts in months, not in days."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from kiosk.date_words import month_words

MONTHS = 12
SHAPE = re.compile(r"(\d{4})-(0[1-9]|1[0-2])", re.ASCII)


@dataclass(frozen=True, order=True)
class Month:
    """A calendar month as one number: year * 12 + month - 1."""

    index: int

    @classmethod
    def of(cls, year: int, month: int) -> Month:
        """Return the month with the number `month` (1..12) in `year`."""
        return cls(year * MONTHS + month - 1)

    @classmethod
    def of_day(cls, day: date) -> Month:
        """Return the month that holds `day`."""
        return cls.of(day.year, day.month)

    @classmethod
    def parse(cls, text: str) -> Month:
        """Return the month of a text "YYYY-MM". Raises ValueError for anything else."""
        found = SHAPE.fullmatch(text)
        if found is None:
            raise ValueError(text)
        return cls.of(int(found[1]), int(found[2]))

    @property
    def year(self) -> int:
        """Return the calendar year."""
        return self.index // MONTHS

    @property
    def month(self) -> int:
        """Return the month's number, 1..12."""
        return self.index % MONTHS + 1

    def later(self, months: int) -> Month:
        """Return the month `months` later (earlier when negative)."""
        return Month(self.index + months)

    def since(self, other: Month) -> int:
        """Return the whole months from `other` to this one."""
        return self.index - other.index

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"

    def words(self) -> str:
        """Return the month in words: 2026年11月."""
        return month_words(self.year, self.month)
