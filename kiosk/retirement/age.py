"""When may this person retire? Month arithmetic over config/rules/retirement_age.toml.

The answer is an estimate: the personnel file's birth date decides (劳社部发〔1999〕8号), so it
warns and offers, and never blocks filing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path

from kiosk.schema import load

MONTHS = 12


@dataclass(frozen=True, order=True)
class Month:
    """A calendar month as one number: year * 12 + month - 1."""

    index: int

    @classmethod
    def of(cls, year: int, month: int) -> Month:
        """Return the month `month` (1..12) of `year`."""
        return cls(year * MONTHS + month - 1)

    @classmethod
    def of_day(cls, day: date) -> Month:
        """Return the month that holds `day`."""
        return cls.of(day.year, day.month)

    @classmethod
    def parse(cls, text: str) -> Month:
        """Read "YYYY-MM"."""
        year, month = text.split("-")
        return cls.of(int(year), int(month))

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
        """Return 2026年11月."""
        return f"{self.year}年{self.month}月"


class Category(StrEnum):
    """The three statutory categories by old retirement age."""

    M60 = "M60"
    F55 = "F55"
    F50 = "F50"


@dataclass(frozen=True)
class CategoryRule:
    """`step`: one month later per `step` months of birth; `cap`: the most months later."""

    name: str
    sex: str
    base_years: int
    step: int
    cap: int


@dataclass(frozen=True)
class MinimumRule:
    """Minimum paid months: `base`, then `step` more a year, at most `cap`."""

    base: int
    rises_from_year: int
    step: int
    cap: int


@dataclass(frozen=True)
class AgeRules:
    """The law's numbers, as read from config/rules/retirement_age.toml."""

    begins: str
    flexible_months: int
    early_notice_months: int
    late_notice_months: int
    categories: Mapping[str, CategoryRule]
    minimum: MinimumRule


@dataclass(frozen=True)
class Estimate:
    """The months between which this person may retire.

    `earliest` and `latest` equal `statutory` where the flexible rule does not apply yet.
    """

    category: Category
    birth: Month
    delay: int
    statutory: Month
    earliest: Month
    latest: Month
    minimum_months: int

    @property
    def age(self) -> tuple[int, int]:
        """Return years and months of age in the statutory month."""
        return divmod(self.statutory.since(self.birth), MONTHS)


def read_age_rules(path: Path) -> AgeRules:
    """Read the rule file; raise ConfigError."""
    return load(AgeRules, path)


def minimum_months(rules: AgeRules, year: int) -> int:
    """Return the paid-in months that a pension needs in `year` (决定 二)."""
    minimum = rules.minimum
    if year < minimum.rises_from_year:
        return minimum.base
    risen = minimum.base + minimum.step * (year - minimum.rises_from_year + 1)
    return min(minimum.cap, risen)


def estimate(rules: AgeRules, category: Category, birth: Month) -> Estimate:
    """Return the estimate for a birth month (决定, 附表 1-3; 人社部发〔2024〕94号 for the span)."""
    rule = rules.categories[category]
    old = birth.later(rule.base_years * MONTHS)
    after = old.since(Month.parse(rules.begins))
    delay = 0 if after < 0 else min(rule.cap, after // rule.step + 1)
    statutory = old.later(delay)
    flexible = statutory >= Month.parse(rules.begins)
    span = rules.flexible_months if flexible else 0
    return Estimate(
        category=category,
        birth=birth,
        delay=delay,
        statutory=statutory,
        earliest=max(old, statutory.later(-span)),
        latest=statutory.later(span),
        minimum_months=minimum_months(rules, statutory.year),
    )
