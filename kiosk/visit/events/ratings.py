"""Events about ratings: what can be rated, and a rating that could not be kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Self

from kiosk.failures import Failure
from kiosk.visit.events.event import Event, FailureEvent
from kiosk.visit.journalling.record import Record, Said
from kiosk.visit.journalling.stand_ins import STAND_IN_CASE, STAND_IN_DAY, STAND_IN_WORD
from kiosk.visit.records.rating import RateableStage, RatingNeed
from kiosk.visit.reference_data import ReferenceData
from kiosk.visit.state import Visit

STAND_IN_STAGE = "R01"


@dataclass(frozen=True)
class RatingLost(FailureEvent):
    """The rating could not be stored, so nothing of it is kept."""

    failure: Failure = Failure.RATING_LOST


@dataclass(frozen=True)
class RatingsKnown(Event):
    """What the person can rate, and the answers to their bad ratings."""

    items: tuple[RateableStage, ...] = field(repr=False)

    def record(self, _visit: Visit, _book: ReferenceData) -> Record:
        """Return what can be done about each stage, which decides the pages; not which stages."""
        return {"needs": [one.need.value for one in self.items]}

    @classmethod
    def restore(cls, said: Said, _visit: Visit) -> Self:
        """Return as many stages with the same needs, all of one service."""
        return cls(tuple(_stand_in(RatingNeed(need)) for need in said["needs"]))


def _stand_in(need: RatingNeed) -> RateableStage:
    if need is RatingNeed.WAITING:
        return RateableStage(STAND_IN_CASE, STAND_IN_STAGE, need, STAND_IN_DAY)
    answer = "" if need is RatingNeed.UNRATED else STAND_IN_WORD
    return RateableStage(STAND_IN_CASE, STAND_IN_STAGE, need, answer=answer)
