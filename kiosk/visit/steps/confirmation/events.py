"""Events of the decision on a filing in the person's name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from kiosk.application.confirmation import ConfirmationState
from kiosk.visit.events.event import Event, FailureEvent
from kiosk.visit.journalling.record import Record, Said
from kiosk.visit.reference_data import ReferenceData
from kiosk.visit.state import Visit


@dataclass(frozen=True)
class FilingDecided(Event):
    """The central service took the decision; `state` is the application's state now."""

    state: ConfirmationState

    def record(self, _visit: Visit, _book: ReferenceData) -> Record:
        """Return the state."""
        return {"state": self.state.value}

    @classmethod
    def restore(cls, said: Said, _visit: Visit) -> Self:
        """Return the same event."""
        return cls(ConfirmationState(said["state"]))


class FilingUndecided(FailureEvent):
    """The decision was not taken; the person can decide again."""
