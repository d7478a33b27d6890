"""Events of the staff's desk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from kiosk.failures import Failure
from kiosk.staff.desk import Correction, Desk, MonthReport, News, Turn, Unsent
from kiosk.visit.events.event import Event, FailureEvent
from kiosk.visit.journalling.record import Record, Said
from kiosk.visit.journalling.stand_ins import STAND_IN_CASE, STAND_IN_DAY, STAND_IN_WORD
from kiosk.visit.reference_data import ReferenceData
from kiosk.visit.state import Visit

STAND_IN_UNSENT = Unsent(STAND_IN_WORD, "2026-11-23T09:30:00+08:00", refused=False)
STAND_IN_CORRECTION = Correction(STAND_IN_CASE, STAND_IN_WORD, "", STAND_IN_WORD, None)
STAND_IN_NEWS = News(STAND_IN_WORD, Turn.DONE, "", "", STAND_IN_DAY)


@dataclass(frozen=True)
class DeskSeen(Event):
    """The cases on the desk; `failure` when this machine's own part could not be read."""

    desk: Desk
    failure: Failure | None = None

    def record(self, _visit: Visit, _book: ReferenceData) -> Record:
        """Return counts, without whose cases they are."""
        sent_back = self.desk.corrections
        return {
            "unsent": len(self.desk.unsent),
            "corrections": None if sent_back is None else len(sent_back),
            "news": len(self.desk.news),
            "done": self.desk.done,
            "failure": self.failure.value if self.failure else "",
        }

    @classmethod
    def restore(cls, said: Said, _visit: Visit) -> Self:
        """Return as many cases, of nobody."""
        count = said["corrections"]
        sent_back = None if count is None else (STAND_IN_CORRECTION,) * count
        unsent, news = (STAND_IN_UNSENT,) * said["unsent"], (STAND_IN_NEWS,) * said["news"]
        failure = Failure(said["failure"]) if said["failure"] else None
        return cls(Desk(unsent, sent_back, news, said["done"]), failure)


@dataclass(frozen=True)
class MonthKnown(Event):
    """The month's report of this service point."""

    month: MonthReport

    def record(self, _visit: Visit, _book: ReferenceData) -> Record:
        """Return nothing: few cases a month may tell whose they were."""
        return {}

    @classmethod
    def restore(cls, _said: Said, _visit: Visit) -> Self:
        """Return an empty report."""
        return cls(MonthReport("2026-11", 0, 0, 0, 0, {}, {}))


class MonthUnknown(FailureEvent):
    """The month's report could not be fetched."""
