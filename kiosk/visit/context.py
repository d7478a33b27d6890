"""What a step may consult besides the visit: the handbook and the moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from kiosk.civil_time import civil_day
from kiosk.visit.reference_data import ReferenceData

T = TypeVar("T")


@dataclass(frozen=True)
class Context:
    """The handbook, and the moment of the step."""

    book: ReferenceData
    moment: datetime

    @property
    def today(self) -> date:
        """Return the calendar day of the step in Asia/Shanghai."""
        return civil_day(self.moment)


def expect(kind: type[T], what: object) -> T:
    """Return `what`, which a row of the table promises to be of this kind."""
    assert isinstance(what, kind)
    return what
