"""Records of the rating of finished parts (好差评), and of the answers to bad ratings."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class RatingNeed(StrEnum):
    """What the person can do about a stage of a case."""

    UNRATED = "unrated"
    WAITING = "waiting"  # a bad rating, which nobody has answered yet
    ANSWERED = "answered"  # it can be rated once more
    CLOSED = "closed"  # answered, and rated again


@dataclass(frozen=True)
class RateableStage:
    """A stage of a case that the person can rate, or their bad rating of it.

    `stage` is a service code, or that of the filing (kiosk/application/rating.py). `answer_by`: the
    last day for the answer, while there is none.
    """

    application_id: str
    stage: str
    need: RatingNeed
    answer_by: date | None = None
    answer: str = field(default="", repr=False)


@dataclass(frozen=True)
class PartRatings:
    """The stages that can be rated, None before they are known; and the rating being given.

    `chosen` is the place of its stage in `items`, None for none; `again`: it is the second rating.
    `grade` is 0 and `reason` "" before they are picked.
    """

    items: tuple[RateableStage, ...] | None = None
    chosen: int | None = None
    again: bool = False
    grade: int = 0
    reason: str = ""
