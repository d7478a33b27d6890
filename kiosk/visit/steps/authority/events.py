"""Events of the authority to act for somebody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from kiosk.visit.events.event import Event
from kiosk.visit.journalling.record import Record, Said
from kiosk.visit.reference_data import ReferenceData
from kiosk.visit.state import Visit


@dataclass(frozen=True)
class PrincipalsCounted(Event):
    """The number of other people for whom the proxy filed within a year, as far as known."""

    others: int

    def record(self, _visit: Visit, _book: ReferenceData) -> Record:
        """Return the number."""
        return {"others": self.others}

    @classmethod
    def restore(cls, said: Said, _visit: Visit) -> Self:
        """Return the same event."""
        return cls(said["others"])
