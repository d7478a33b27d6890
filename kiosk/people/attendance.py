"""Evidence that a person is at the terminal now, for what the central service is asked of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from kiosk.people.consent import Proof
from kiosk.people.identity import CardReading


@dataclass(frozen=True)
class Attendance:
    """Whose card was read in this visit, and how the person was proved to be its owner.

    `proof` is None before the proof: then only the portrait may be asked for. There is no
    attendance for a number that was typed.
    """

    number: str = field(repr=False)
    name: str = field(repr=False)
    name_certain: bool
    card_at: datetime
    proof: Proof | None = None
    reading: CardReading | None = field(default=None, repr=False)

    def record(self) -> dict[str, Any]:
        """Return the members `id_number` and `visit` of a question about the person."""
        visit: dict[str, Any] = {
            "name": self.name,
            "card_at": self.card_at.isoformat(timespec="seconds"),
        }
        if not self.name_certain:
            visit["name_certain"] = False
        if self.reading is not None:
            visit["read"] = self.reading.record()
        if self.proof is not None:
            visit["proof"] = self.proof.record()
        return {"id_number": self.number, "visit": visit}
