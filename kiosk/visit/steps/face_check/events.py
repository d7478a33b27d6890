"""Events of the face check."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from kiosk.ports import Coach
from kiosk.visit.events.event import Event, FailureEvent
from kiosk.visit.journalling.record import Record, Said
from kiosk.visit.reference_data import ReferenceData
from kiosk.visit.state import Visit


@dataclass(frozen=True)
class FaceHint(Event):
    """The hint of the face check to the person; None for none."""

    hint: Coach | None

    def record(self, _visit: Visit, _book: ReferenceData) -> Record:
        """Return the hint."""
        return {"hint": self.hint.value if self.hint else ""}

    @classmethod
    def restore(cls, said: Said, _visit: Visit) -> Self:
        """Return the same event."""
        return cls(Coach(said["hint"]) if said["hint"] else None)


@dataclass(frozen=True)
class FaceMatched(Event):
    """The face check passed: the faces match and every requested movement was made.

    `score` is the similarity and `threshold` what it had to reach; `steps` are the movements.
    """

    score: float
    threshold: float
    engine: str
    steps: tuple[str, ...] = ()

    def record(self, _visit: Visit, _book: ReferenceData) -> Record:
        """Return the similarity."""
        return {"score": round(self.score, 3)}

    @classmethod
    def restore(cls, said: Said, _visit: Visit) -> Self:
        """Return a match of the same similarity."""
        return cls(said["score"], 0.0, "replay")


class FaceFailed(FailureEvent):
    """One try of the face check ended without a match."""
