"""Events of a code on a telephone."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Self

from kiosk.people.qr_token import QrToken
from kiosk.visit.events.event import Event, FailureEvent
from kiosk.visit.journalling.record import Record, Said
from kiosk.visit.reference_data import ReferenceData
from kiosk.visit.state import Visit


@dataclass(frozen=True)
class PhoneScanned(Event):
    """A code was scanned; the platform is asked about it next."""

    token: QrToken = field(repr=False)

    def record(self, _visit: Visit, _book: ReferenceData) -> Record:
        """Return nothing: the code would let somebody else in."""
        return {}

    @classmethod
    def restore(cls, _said: Said, _visit: Visit) -> Self:
        """Return a code of nobody."""
        return cls(QrToken("0", 0.0))


@dataclass(frozen=True)
class PhoneProved(Event):
    """The platform named the person of the card; `token` is the id of its token."""

    token: str = field(repr=False)

    def record(self, _visit: Visit, _book: ReferenceData) -> Record:
        """Return nothing: the token is the person's."""
        return {}

    @classmethod
    def restore(cls, _said: Said, _visit: Visit) -> Self:
        """Return a token of nobody."""
        return cls("0")


class PhoneFailed(FailureEvent):
    """No code was read, or it proves nobody."""
