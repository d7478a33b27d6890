"""The event of a filing that was started elsewhere."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

from kiosk.application.authority import same_person
from kiosk.application.document import Way
from kiosk.visit.events.event import Event
from kiosk.visit.journalling.record import Record, Said
from kiosk.visit.journalling.stand_ins import STAND_IN_CARD, STAND_IN_PAPER, STAND_IN_PRINCIPAL
from kiosk.visit.records.facts import StartedElsewhere
from kiosk.visit.reference_data import ReferenceData
from kiosk.visit.state import Visit


@dataclass(frozen=True)
class DraftBegun(Event):
    """The central service has a filing that was started elsewhere."""

    begun: StartedElsewhere

    def record(self, visit: Visit, _book: ReferenceData) -> Record:
        """Return by whom, whether for this person, and how many pages of each paper.

        What of it is restored is recorded when the person goes on with it.
        """
        card = visit.identity.card
        theirs = card is None or same_person(card.number, self.begun.number)
        pages = {code: len(one) for code, one in self.begun.papers}
        return {"by": self.begun.by.value, "theirs": theirs, **({"pages": pages} if pages else {})}

    @classmethod
    def restore(cls, said: Said, visit: Visit) -> Self:
        """Return a filing without answers, for the stand-in or for another one."""
        own = visit.identity.card.number if visit.identity.card else STAND_IN_CARD.number
        number = own if said["theirs"] else STAND_IN_PRINCIPAL
        by = Way(said["by"])
        page = replace(STAND_IN_PAPER, supplied_by=by.value)
        papers = tuple((code, (page,) * count) for code, count in said.get("pages", {}).items())
        return cls(StartedElsewhere(by, number, (), (), papers))
