"""Parameters of the pension estimate, read from config/estimate.toml with their sources."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from itertools import pairwise
from pathlib import Path

from kiosk.config.schema import ConfigError, Problem, line_or_section, load
from kiosk.operator_texts import text_of
from kiosk.retirement.months import MONTHS

FILE = "estimate.toml"
TABLES = ("base", "formula", "contributions", "transition", "divisor")
"""The tables of numbers, each with its source."""


class SourceStatus(StrEnum):
    """Whether a number was read in the text that it is ascribed to."""

    READ = "read"
    UNVERIFIED = "unverified"


@dataclass(frozen=True)
class ParameterSource:
    """Where a number comes from; `read_on` is "YYYY-MM-DD", `note` says how it is known."""

    title: str
    address: str
    read_on: str
    status: SourceStatus
    note: str


@dataclass(frozen=True)
class BaseTable:
    """The base of a year (计发基数) as written: yuan a month."""

    year: int
    yuan: str
    source: ParameterSource


@dataclass(frozen=True)
class FormulaTable:
    """The part of the mean wage that each year brings, as written."""

    rate_a_year: str
    source: ParameterSource


@dataclass(frozen=True)
class ContributionTable:
    """The rate paid into the personal account and bounds of the average index, as written."""

    personal_rate: str
    index_lowest: str
    index_highest: str
    source: ParameterSource


@dataclass(frozen=True)
class TransitionTable:
    """The span of the coefficient of the transitional pension, as written."""

    lowest: str
    highest: str
    source: ParameterSource


@dataclass(frozen=True)
class DivisorTable:
    """The months by which the personal account is divided, by the age in years as text."""

    months: Mapping[str, int]
    source: ParameterSource


@dataclass(frozen=True)
class EstimateFile:
    """The file config/estimate.toml."""

    what_if_months: tuple[int, ...]
    base: BaseTable
    formula: FormulaTable
    contributions: ContributionTable
    transition: TransitionTable
    divisor: DivisorTable

    def decimals(self) -> Iterator[tuple[str, str]]:
        """Yield the dotted key and text of every decimal number."""
        yield "base.yuan", self.base.yuan
        yield "formula.rate_a_year", self.formula.rate_a_year
        for name in ("personal_rate", "index_lowest", "index_highest"):
            yield f"contributions.{name}", getattr(self.contributions, name)
        for name in ("lowest", "highest"):
            yield f"transition.{name}", getattr(self.transition, name)

    @property
    def sources(self) -> tuple[ParameterSource, ...]:
        """Return the sources of all numbers, in the order of `TABLES`."""
        return tuple(getattr(self, name).source for name in TABLES)


@dataclass(frozen=True)
class Interval:
    """All amounts from `low` to `high`; `high` is None where nothing bounds it."""

    low: Decimal
    high: Decimal | None

    @property
    def is_exact(self) -> bool:
        """Return whether it is one amount."""
        return self.low == self.high


@dataclass(frozen=True)
class EstimateParameters:
    """The numbers of the formula.

    `base` is in yuan a month, of the year `base_year`. `divisors` are by whole years of age without
    a gap. `what_if_months` are how much later the estimate is compared with.
    """

    base: Decimal
    base_year: int
    rate_a_year: Decimal
    personal_rate: Decimal
    index: Interval
    transition: Interval
    divisors: Mapping[int, int]
    what_if_months: tuple[int, ...]
    sources: tuple[ParameterSource, ...]

    def are_read(self, *tables: str) -> bool:
        """Return whether the numbers of these tables were read in a text."""
        named = dict(zip(TABLES, self.sources, strict=True))
        return all(named[table].status is SourceStatus.READ for table in tables)

    @property
    def ages(self) -> range:
        """Return the ages in months for which there is a divisor."""
        return range(min(self.divisors) * MONTHS, max(self.divisors) * MONTHS + 1)

    def divisor(self, age_months: int) -> Decimal:
        """Return the months by which the account is divided, interpolated between whole years."""
        years, months = divmod(age_months, MONTHS)
        at = Decimal(self.divisors[years])
        if not months:
            return at
        return at - (at - self.divisors[years + 1]) * months / MONTHS


def read_estimate_parameters(folder: Path) -> EstimateParameters:
    """Return the parameters below `folder`, which is config/.

    Raises ConfigError that names every wrong place.
    """
    path = folder / FILE
    file = load(EstimateFile, path)
    problems = tuple(
        Problem(str(path), line_or_section(path, key), key, expected)
        for key, expected in _faults(file)
    )
    if problems:
        raise ConfigError(problems)
    paid, transition = file.contributions, file.transition
    return EstimateParameters(
        base=Decimal(file.base.yuan),
        base_year=file.base.year,
        rate_a_year=Decimal(file.formula.rate_a_year),
        personal_rate=Decimal(paid.personal_rate),
        index=Interval(Decimal(paid.index_lowest), Decimal(paid.index_highest)),
        transition=Interval(Decimal(transition.lowest), Decimal(transition.highest)),
        divisors={int(age): months for age, months in file.divisor.months.items()},
        what_if_months=file.what_if_months,
        sources=file.sources,
    )


def parse_decimal(text: str) -> Decimal | None:
    """Return a plain decimal number that is not negative; None for anything else."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() and not number.is_signed() else None


def _faults(file: EstimateFile) -> Iterator[tuple[str, str]]:
    """Yield each key whose value is not possible, and what is expected there."""
    if any(months < 1 for months in file.what_if_months):
        yield "what_if_months", text_of("retirement.one_or_more")
    wrong = [key for key, text in file.decimals() if not parse_decimal(text)]
    yield from ((key, text_of("retirement.decimal")) for key in wrong)
    if not wrong:
        paid, transition = file.contributions, file.transition
        if Decimal(paid.index_lowest) > Decimal(paid.index_highest):
            yield "contributions.index_lowest", text_of("retirement.lowest_first")
        if Decimal(transition.lowest) > Decimal(transition.highest):
            yield "transition.lowest", text_of("retirement.lowest_first")
    for name in TABLES:
        if not _is_day(getattr(file, name).source.read_on):
            yield f"{name}.source.read_on", text_of("retirement.day")
    yield from (("divisor.months", words) for words in _divisor_faults(file.divisor.months))


def _divisor_faults(months: Mapping[str, int]) -> Iterator[str]:
    """Yield what is wrong with the table of divisors: a gap, or a number that does not fall."""
    ages = sorted(int(age) for age in months if age.isdecimal())
    if len(ages) != len(months) or len(ages) < 2:  # noqa: PLR2004
        yield text_of("retirement.ages")
        return
    for age, following in pairwise(ages):
        if following != age + 1:
            yield text_of("retirement.age_missing", age=age + 1)
        elif not 0 < months[str(following)] < months[str(age)]:
            yield text_of("retirement.not_falling", age=following)


def _is_day(text: str) -> bool:
    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False
