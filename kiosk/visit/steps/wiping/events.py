"""Events of the end of a visit."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.failures import Failure
from kiosk.visit.events.event import FailureEvent, PlainEvent


@dataclass(frozen=True)
class RatingLost(FailureEvent):
    """The rating could not be stored, so nothing of it is kept."""

    failure: Failure = Failure.RATING_LOST


class Wiped(PlainEvent):
    """Nothing of the visit is left."""
