"""Events of the guided tests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from kiosk.maintenance.guided_tests import CameraReading
from kiosk.ports import Coach
from kiosk.visit.events.event import Event, FailureEvent
from kiosk.visit.journalling.record import Record, Said
from kiosk.visit.reference_data import ReferenceData
from kiosk.visit.state import Visit


@dataclass(frozen=True)
class CameraSeen(Event):
    """A measurement of the camera's picture."""

    look: CameraReading

    def record(self, _visit: Visit, _book: ReferenceData) -> Record:
        """Return the hint, which decides how the test goes on."""
        return {"hint": self.look.mend.value if self.look.mend else ""}

    @classmethod
    def restore(cls, said: Said, _visit: Visit) -> Self:
        """Return a measurement with the same hint."""
        return cls(CameraReading(0.0, 0.0, 0.0, Coach(said["hint"]) if said["hint"] else None))


class CameraFailed(FailureEvent):
    """The camera gave no picture to measure."""


class SoundFailed(FailureEvent):
    """The test tones could not be played."""
