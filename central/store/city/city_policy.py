"""What the city's figures are compared with, and what one application saves: config/city.toml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from kiosk.config.schema import load

if TYPE_CHECKING:
    from pathlib import Path

FILE = "city.toml"


class SavingTerm(StrEnum):
    """One side of a saving, counted over the cases that were filed in a span of days."""

    SERVICE_PAPERS = "service_papers"
    PAGES = "pages"
    SERVICE_STAMPS = "service_stamps"
    OFFICES = "offices"
    VISITS = "visits"
    NONE = "none"


@dataclass(frozen=True)
class FinishPromise:
    """The promised working days until the end of an application."""

    days: int


@dataclass(frozen=True)
class EarlierTimes:
    """What the city announced: days and offices before, papers and stamps that are saved."""

    days: int
    offices: int
    papers_saved: int
    stamps_saved: int


@dataclass(frozen=True)
class PointTable:
    """How many service points the page shows."""

    shown: int


@dataclass(frozen=True)
class NoticeLimits:
    """The longest text of a notice, in characters, and the longest term of its answer, in days."""

    words_length: int
    longest_days: int


@dataclass(frozen=True)
class SavingFormula:
    """A saving: what was needed `before`, less what is needed `after`."""

    before: SavingTerm
    after: SavingTerm


@dataclass(frozen=True)
class CityPolicy:
    """The whole of config/city.toml; `stamps` by service, 0 for one that is not named."""

    promise: FinishPromise
    baseline: EarlierTimes
    points: PointTable
    notices: NoticeLimits
    savings: Mapping[str, SavingFormula]
    stamps: Mapping[str, int]


def read_city_policy(config: Path) -> CityPolicy:
    """Return the policy in the folder `config`; raises kiosk.config.schema.ConfigError."""
    return load(CityPolicy, config / FILE)
