"""Events of the readiness report."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self

from kiosk.maintenance.readiness_report import LineState, Sheet, SheetLine
from kiosk.visit.events.event import Event, FailureEvent, PlainEvent
from kiosk.visit.journalling.record import Record, Said
from kiosk.visit.journalling.stand_ins import STAND_IN_WORD
from kiosk.visit.reference_data import ReferenceData
from kiosk.visit.state import Visit

STAND_IN_SHEET = Sheet(
    "X",
    "X",
    "production",
    "0",
    datetime(2026, 11, 26, tzinfo=UTC),
    (SheetLine("disk", STAND_IN_WORD, LineState.GREEN, STAND_IN_WORD),),
)


@dataclass(frozen=True)
class Examined(Event):
    """The readiness report of this machine."""

    sheet: Sheet

    def record(self, _visit: Visit, _book: ReferenceData) -> Record:
        """Return nothing: the report is kept elsewhere."""
        return {}

    @classmethod
    def restore(cls, _said: Said, _visit: Visit) -> Self:
        """Return a report with one line."""
        return cls(STAND_IN_SHEET)


class Exported(PlainEvent):
    """The readiness report was written as files."""


class ExportFailed(FailureEvent):
    """The readiness report could not be written."""
