"""The base of all events of a visit, and what the journal keeps of them.

An event says by itself what is recorded of it and how a replay makes it up again, so that neither
the recorder nor the replay knows any event by name. A record must not tell who the person is: in a
village a birth month and a widowhood identify somebody. Numbers, names, places, typed digits,
strokes and whatever else is the person's own stay out; a replay uses stand-ins for them
(`kiosk.visit.journalling.stand_ins`).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Self

from kiosk.failures import Failure
from kiosk.visit.context import Context
from kiosk.visit.journalling.record import Record, Said
from kiosk.visit.reference_data import ReferenceData
from kiosk.visit.state import Visit


class Event(ABC):
    """Something that happened in a visit. Subclasses are frozen dataclasses."""

    @property
    def kind(self) -> str:
        """The event's name in the journal."""
        return type(self).__name__

    @abstractmethod
    def record(self, visit: Visit, book: ReferenceData) -> Record:
        """Return what the journal keeps of this event, which happens to `visit`."""

    @classmethod
    @abstractmethod
    def restore(cls, said: Said, visit: Visit) -> Self:
        """Return an event that has the same consequences for `visit`, which is being replayed."""

    @classmethod
    def prepare(cls, _said: Said, visit: Visit, context: Context) -> tuple[Visit, Context]:
        """Return the visit and the moment in which the restored event has the same consequences.

        A replay has another person and another day: here a step can change the stand-in so that,
        for example, the statutory month is as far away as it was.
        """
        return visit, context


@dataclass(frozen=True)
class PlainEvent(Event):
    """An event without values; its kind says everything."""

    def record(self, _visit: Visit, _book: ReferenceData) -> Record:
        """Return nothing besides the kind."""
        return {}

    @classmethod
    def restore(cls, _said: Said, _visit: Visit) -> Self:
        """Return the same event."""
        return cls()


@dataclass(frozen=True)
class FailureEvent(Event):
    """An event that says why something failed."""

    failure: Failure

    def record(self, _visit: Visit, _book: ReferenceData) -> Record:
        """Return the failure."""
        return {"failure": self.failure.value}

    @classmethod
    def restore(cls, said: Said, _visit: Visit) -> Self:
        """Return the same event."""
        return cls(Failure(said["failure"]))


@dataclass(frozen=True)
class Answered:
    """An event with the visit and request that it answers; "" and 0 for the person's own."""

    what: Event
    visit: str = ""
    request: int = 0
