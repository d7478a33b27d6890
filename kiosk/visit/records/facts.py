"""Records of what offices know, and of what was filled in before or elsewhere."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from kiosk.application.document import Way
from kiosk.application.scan import CapturedPaper
from kiosk.people.facts import SharedFacts
from kiosk.retirement.age import Category
from kiosk.retirement.situation import Situation


class ToldKind(StrEnum):
    """How the person says to be insured, asked only while no office can tell."""

    ENTERPRISE = "QY"
    INSTITUTION = "JG"
    FLEXIBLE = "LH"
    RESIDENT = "JM"
    DRAWS_PENSION = "drawn"
    UNSURE = "unsure"


@dataclass(frozen=True)
class Draft:
    """What a person had chosen and answered when they left, restored as far as it still fits.

    All values are strings, as they are stored: see `kiosk.visit.step_parts.draft.restore`. `month`
    is "YYYY-MM"; `papers` are pairs of the paper's code and its resolution.
    """

    route: str
    month: str
    declared: str
    disputed: tuple[str, ...]
    unwanted: tuple[str, ...]
    ticked: tuple[str, ...]
    insisted: tuple[str, ...]
    answers: tuple[tuple[str, str], ...] = field(repr=False)
    papers: tuple[tuple[str, str], ...]
    told_kind: str = ""


@dataclass(frozen=True)
class StartedElsewhere:
    """A filing started elsewhere: by the person on a telephone, or by the employer.

    `number` is the identity number of the person it is for. `papers` are the pages that came with
    it, by the paper's code; the central service has them.
    """

    by: Way
    number: str = field(repr=False)
    services: tuple[str, ...]
    answers: tuple[tuple[str, str], ...] = field(repr=False)
    papers: tuple[tuple[str, tuple[CapturedPaper, ...]], ...] = ()


class PreparedUse(StrEnum):
    """What became of the filing that the central service prepared."""

    NONE = ""  # there is none, or the visit goes the usual way
    SHOWN = "shown"  # the page that is signed shows it
    ERASING = "erasing"  # the person wants none of it
    ERASED = "erased"


@dataclass(frozen=True)
class PreparedLook:
    """What an office found when it looked, as /v1/people/prepared says it; `months` are missing."""

    kind: str
    finding: str
    months: int = 0


@dataclass(frozen=True)
class FactsState:
    """What the offices know, what the person disputes or adds, and a draft to decide on.

    `known_at` is when the offices' answer came.
    """

    shared: SharedFacts | None = field(default=None, repr=False)
    known_at: datetime | None = None
    situation: Situation | None = field(default=None, repr=False)
    disputed: frozenset[str] = frozenset()
    draft: Draft | None = None  # found, and not decided upon yet
    declared: Category | None = None  # what a woman says of her post where no office knows
    draft_from: Way = Way.SELF  # of the draft that is offered
    prepared_use: PreparedUse = PreparedUse.NONE
    looks: tuple[PreparedLook, ...] = ()  # of offices, for what was prepared
