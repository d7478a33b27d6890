"""What a transition may consult besides the visit: reference data and the moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from kiosk.civil_time import civil_day
from kiosk.visit.reference_data import ReferenceData


@dataclass(frozen=True)
class Context:
    """The reference data and the moment of one step."""

    book: ReferenceData
    moment: datetime

    @property
    def today(self) -> date:
        """Return the calendar day of the step in Asia/Shanghai."""
        return civil_day(self.moment)
