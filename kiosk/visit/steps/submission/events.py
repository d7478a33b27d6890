"""Events of storing and sending an application."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from kiosk.civil_time import start_of_day
from kiosk.crypto.receipt import Receipt
from kiosk.visit.events.event import Event, PlainEvent
from kiosk.visit.journalling.record import Record, Said
from kiosk.visit.journalling.stand_ins import (
    STAND_IN_CASE_NUMBER,
    STAND_IN_DAY,
    STAND_IN_OPEN_CASE,
)
from kiosk.visit.reference_data import ReferenceData
from kiosk.visit.state import Visit


class Stored(PlainEvent):
    """The application is durable on this machine."""


@dataclass(frozen=True)
class Accepted(Event):
    """The central service accepted the application; its signed receipt was verified."""

    receipt: Receipt

    def record(self, _visit: Visit, _book: ReferenceData) -> Record:
        """Return nothing: a receipt names a case."""
        return {}

    @classmethod
    def restore(cls, _said: Said, visit: Visit) -> Self:
        """Return a receipt for the application of the visit."""
        received = start_of_day(STAND_IN_DAY)
        receipt = Receipt(
            visit.application_id, "", "", 1, STAND_IN_CASE_NUMBER, received, STAND_IN_DAY, ""
        )
        return cls(receipt)


class Pending(PlainEvent):
    """No receipt came while the person waited; the application will be delivered later."""


class Refused(PlainEvent):
    """The central service refused the application."""


@dataclass(frozen=True)
class CaseUnderWay(Event):
    """The central service has another case of this person, with this application id."""

    application_id: str

    def record(self, _visit: Visit, _book: ReferenceData) -> Record:
        """Return nothing: the id names a case."""
        return {}

    @classmethod
    def restore(cls, _said: Said, _visit: Visit) -> Self:
        """Return a case of nobody."""
        return cls(STAND_IN_OPEN_CASE)
