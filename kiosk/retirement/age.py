"""Statutory retirement age: month arithmetic over config/rules/retirement_age.toml.

The result is an estimate. The birth date in the personnel file decides (劳社部发〔1999〕8号), so
the kiosk warns and offers other months, and never refuses a filing because of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from kiosk.config.schema import ConfigError, Problem, line_or_section, load
from kiosk.operator_texts import text_of
from kiosk.people.identity import Sex
from kiosk.retirement.months import MONTHS, SHAPE, Month

SPAN = range(121)  # months
AGES = range(40, 71)  # years


class Category(StrEnum):
    """The statutory categories by old retirement age; W60: women who retired at 60."""

    M60 = "M60"
    W60 = "W60"
    F55 = "F55"
    F50 = "F50"


@dataclass(frozen=True)
class CategoryRule:
    """How one category's retirement age rises.

    The age rises by one month for every `step` months that somebody reaches `base_years` after the
    reform began, by at most `cap` months. The category applies to `sex` by default; for a sex in
    `also` only an office may say that it applies.
    """

    name: str
    sex: Sex
    base_years: int
    step: int
    cap: int
    also: tuple[Sex, ...] = ()


@dataclass(frozen=True)
class MinimumRule:
    """The minimum number of paid months for a pension, by year.

    It is `base` until `rises_from_year`, then grows by `step` months a year up to `cap`.
    """

    base: int
    rises_from_year: int
    step: int
    cap: int


@dataclass(frozen=True)
class LumpSumRule:
    """Who may pay all missing months at once (社会保险法实施若干规定 第二条).

    Those who were insured before the month `insured_before` ("YYYY-MM"), once they went on paying
    for `after_months` beyond their age.
    """

    insured_before: str
    after_months: int


@dataclass(frozen=True)
class DrawingPlaceRule:
    """Which place pays (国办发〔2009〕66号 第六条): `here` is this city, `months` the ten years."""

    here: str
    months: int


@dataclass(frozen=True)
class PlausibleRule:
    """Ages between which facts are believed without a look: first insured work, and any age."""

    youngest_years: int
    oldest_years: int


@dataclass(frozen=True)
class AgeRules:
    """The numbers of the law, as read from config/rules/retirement_age.toml.

    `begins` is "YYYY-MM". `flexible_months` is how far the chosen month may lie before or after the
    statutory one; `early_notice_months` and `late_notice_months` are the notice that the employer
    needs for either. A service that can be had only later is offered when that is at most
    `file_ahead_months` away (`plan.is_offered`).
    """

    begins: str
    flexible_months: int
    early_notice_months: int
    late_notice_months: int
    file_ahead_months: int
    categories: Mapping[str, CategoryRule]
    minimum: MinimumRule
    lump_sum: LumpSumRule
    drawing_place: DrawingPlaceRule
    plausible: PlausibleRule


@dataclass(frozen=True)
class Estimate:
    """The statutory month of one person and the months between which this person may retire.

    `delay` is the number of months that the reform adds. `flexible` is False for those who reached
    the age before the reform began: they have one month only, and `earliest` and `latest` equal
    `statutory`. `minimum_months` is that of the statutory month's year.
    """

    category: Category
    birth: Month
    delay: int
    statutory: Month
    earliest: Month
    latest: Month
    minimum_months: int
    flexible: bool

    @property
    def age(self) -> tuple[int, int]:
        """Return years and months of age in the statutory month."""
        return divmod(self.statutory.since(self.birth), MONTHS)


def read_age_rules(path: Path) -> AgeRules:
    """Return the rules of age in the file at `path`.

    Raises ConfigError when the file cannot be read or names an impossible number.
    """
    rules = load(AgeRules, path)
    problems = [
        Problem(str(path), line_or_section(path, key), key, expected)
        for key, expected in _faults(rules)
    ]
    if problems:
        raise ConfigError(tuple(problems))
    return rules


def _faults(rules: AgeRules) -> Iterator[tuple[str, str]]:
    """Yield each key whose value is not possible, and what is expected there."""
    if SHAPE.fullmatch(rules.begins) is None:
        yield "begins", text_of("retirement.month")
    if SHAPE.fullmatch(rules.lump_sum.insured_before) is None:
        yield "lump_sum.insured_before", text_of("retirement.month")
    if rules.categories.keys() != set(Category):
        yield "categories", text_of("retirement.categories")
    spans = {
        name: getattr(rules, name)
        for name in (
            "flexible_months",
            "early_notice_months",
            "late_notice_months",
            "file_ahead_months",
        )
    }
    spans |= {f"categories.{name}.cap": one.cap for name, one in rules.categories.items()}
    spans["lump_sum.after_months"] = rules.lump_sum.after_months
    spans["drawing_place.months"] = rules.drawing_place.months
    for key in (key for key, months in spans.items() if months not in SPAN):
        yield key, text_of("retirement.months")
    for name, rule in rules.categories.items():
        if rule.base_years not in AGES:
            yield f"categories.{name}.base_years", text_of("retirement.age")
        if rule.step < 1:
            yield f"categories.{name}.step", text_of("retirement.one_or_more")
    plausible = rules.plausible
    if not 0 <= plausible.youngest_years < plausible.oldest_years:
        yield "plausible.youngest_years", text_of("retirement.younger_first")
    minimum = rules.minimum
    if not 0 <= minimum.base <= minimum.cap:
        yield "minimum.base", text_of("retirement.not_above_cap")
    if minimum.step < 0:
        yield "minimum.step", text_of("retirement.zero_or_more")


def minimum_months(rules: AgeRules, year: int) -> int:
    """Return the paid-in months that a pension needs in `year` (决定 二)."""
    minimum = rules.minimum
    if year < minimum.rises_from_year:
        return minimum.base
    risen = minimum.base + minimum.step * (year - minimum.rises_from_year + 1)
    return min(minimum.cap, risen)


def estimate(rules: AgeRules, category: Category, birth: Month) -> Estimate:
    """Return the estimate for a birth month.

    The sources are 决定, 附表 1-3, and 人社部发〔2024〕94号 for the span of flexible months.
    """
    rule = rules.categories[category]
    begins = Month.parse(rules.begins)
    old = birth.later(rule.base_years * MONTHS)
    after = old.since(begins)
    delay = 0 if after < 0 else min(rule.cap, after // rule.step + 1)
    statutory = old.later(delay)
    flexible = statutory >= begins
    span = rules.flexible_months if flexible else 0
    return Estimate(
        category=category,
        birth=birth,
        delay=delay,
        statutory=statutory,
        # Retiring early never means earlier than the age before the reform.
        earliest=max(old, statutory.later(-span)),
        latest=statutory.later(span),
        minimum_months=minimum_months(rules, statutory.year),
        flexible=flexible,
    )
