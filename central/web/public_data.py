"""What the public pages know: the data of the kiosk (同源发布), and hours of service points."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from central.load import RateLimit
from kiosk.config.schema import load
from kiosk.retirement.age import AgeRules, read_age_rules
from kiosk.retirement.calendar import read_holidays
from kiosk.retirement.divisions import Divisions, read_divisions
from kiosk.retirement.plan import Rulebook
from kiosk.retirement.points import read_points
from kiosk.retirement.questions import read_questions

if TYPE_CHECKING:
    from pathlib import Path

    from kiosk.retirement.catalogue import Catalogue
    from kiosk.retirement.points import ServicePoint

FILE = "public.toml"


@dataclass(frozen=True)
class PointHours:
    """When a kind of service point is open, in words; `invented` until the points confirm it."""

    hours: str
    phone: str
    invented: bool


@dataclass(frozen=True)
class LookUpLimit:
    """An address may look up the progress of `burst` slips at once, `a_second` in the long run."""

    burst: int
    a_second: float


@dataclass(frozen=True)
class PublicPolicy:
    """The whole of config/public.toml: `points` by kind, and the limit of looking up progress."""

    progress: LookUpLimit
    points: Mapping[str, PointHours]


@dataclass(frozen=True)
class PublicData:
    """Rules, service points and divisions; `pace` limits who looks up progress.

    `phone_site` is the origin of the pages for phones (`phone/`), "" where there are none.
    """

    book: Rulebook
    ages: AgeRules
    divisions: Divisions
    points: Mapping[str, ServicePoint]
    policy: PublicPolicy
    pace: RateLimit = field(repr=False)
    phone_site: str = ""


def read_public_data(
    config: Path, catalogue: Catalogue, points: Path | None, phone_site: str = ""
) -> PublicData:
    """Return the data in the folder `config`; `points`: the CSV of service points, None for none.

    `phone_site`: as in `PublicData`.

    Raises kiosk.config.schema.ConfigError.
    """
    divisions = read_divisions(config / "divisions.csv")
    policy = load(PublicPolicy, config / FILE)
    questions = read_questions(config / "questions.toml", catalogue.services)
    return PublicData(
        book=Rulebook(catalogue, questions, read_holidays(config / "holidays.toml")),
        ages=read_age_rules(config / "rules" / "retirement_age.toml"),
        divisions=divisions,
        points=read_points(points, divisions) if points is not None else {},
        policy=policy,
        pace=RateLimit(policy.progress.burst, policy.progress.a_second),
        phone_site=phone_site,
    )
