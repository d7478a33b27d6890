"""Events of the reader of social security cards."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Self

from kiosk.failures import Failure
from kiosk.people.id_number import normalise
from kiosk.people.ss_card import SsCard
from kiosk.visit.events.event import Event, FailureEvent, PlainEvent
from kiosk.visit.journalling.record import Record, Said
from kiosk.visit.reference_data import ReferenceData
from kiosk.visit.state import Visit, card_of

STAND_IN_SS_CARD = SsCard(card_number="Z00000000", ssn="000000000000000000")


@dataclass(frozen=True)
class SsCardRead(Event):
    """A social security card was read."""

    card: SsCard = field(repr=False)

    def record(self, visit: Visit, _book: ReferenceData) -> Record:
        """Return whether the card says whose it is, and whether it is the person's own."""
        return {"named": bool(self.card.ssn), "own": is_own(visit, self.card)}

    @classmethod
    def restore(cls, said: Said, visit: Visit) -> Self:
        """Return a card of the stand-in, of somebody else, or of nobody."""
        if not said["named"]:
            return cls(replace(STAND_IN_SS_CARD, ssn=""))
        return cls(
            replace(STAND_IN_SS_CARD, ssn=card_of(visit).number)
            if said["own"]
            else STAND_IN_SS_CARD
        )


def is_own(visit: Visit, card: SsCard) -> bool:
    """Return whether the social security card has the number of the identity card."""
    own = visit.identity.card
    return own is not None and bool(card.ssn) and normalise(card.ssn) == normalise(own.number)


class SsCardFailed(FailureEvent):
    """No social security card could be read."""


class PinAccepted(PlainEvent):
    """The card took the PIN."""


@dataclass(frozen=True)
class PinRefused(FailureEvent):
    """The card did not take the PIN, or is not there any more.

    `tries_left`: how many wrong PINs it still takes; None when it did not say.
    """

    failure: Failure
    tries_left: int | None = None

    def record(self, _visit: Visit, _book: ReferenceData) -> Record:
        """Return why, and how many tries are left."""
        return {"failure": self.failure.value, "left": self.tries_left}

    @classmethod
    def restore(cls, said: Said, _visit: Visit) -> Self:
        """Return the same event."""
        return cls(Failure(said["failure"]), said["left"])
