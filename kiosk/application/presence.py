"""The principal's presence in a visit in which somebody else files for them (委托人当面).

Three things show it: the principal's own identity card was read in this visit, the principal's own
face matched, and somebody of the staff who may vouch looked at the person. A typed number never
does. Without a presence record the case begins only when the principal has confirmed it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kiosk.people.consent import Consent, Proof


@dataclass(frozen=True)
class Presence:
    """The evidence that the principal was there.

    `card_at`: when the principal's own card was read. `consent`: the principal's own, to the face
    check. `proof`: the principal's own face check. `staff`: the pseudonym of who looked at the
    person, at `seen_at`.
    """

    card_at: datetime
    consent: Consent
    proof: Proof
    staff: str
    seen_at: datetime

    def record(self) -> dict[str, Any]:
        """Return what is handed in as `authority.presence`."""
        return {
            "card": {"at": self.card_at.isoformat(timespec="seconds")},
            "consent": self.consent.record(),
            "proof": self.proof.record(),
            "staff": {"id": self.staff, "at": self.seen_at.isoformat(timespec="seconds")},
        }
