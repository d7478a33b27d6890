"""Storage of the questions that terminals ask about people, each by a reading of the card."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import sqlalchemy as sa

from central.store.card_read_tables import CardReadRow
from central.store.looks.question_look import DAY, HOUR, NotedReading, note_usual
from central.store.tables import LookUp
from central.store.terminals.card_reads import CardReads, ReadRuling

if TYPE_CHECKING:
    from collections.abc import Callable

    from central.authenticated_request import AuthenticatedRequest

_TIDY_SECONDS = 60.0


@dataclass
class Questions:
    """Readings and people that terminals asked about; what is too old is forgotten each minute.

    `note_person` records a look-up of a person (keyed hash), the long way; `people_an_hour`: of how
    many people a terminal may ask before the alarm.
    """

    reads: CardReads
    note_person: Callable[[AuthenticatedRequest, str], None]
    people_an_hour: int
    _tidied: float = field(default=0.0, repr=False)

    def note(self, asking: AuthenticatedRequest, reading: NotedReading) -> ReadRuling:
        """Record a question about the person of a reading; return what becomes of it."""
        self._tidy(asking.at.timestamp())
        reads = self.reads
        if note_usual(reads.database, asking, reading, reads.limits, self.people_an_hour):
            return ReadRuling.TAKEN
        found = reads.note(asking, reading)
        if found is ReadRuling.TAKEN:
            self.note_person(asking, reading.person)
        return found

    def _tidy(self, now: float) -> None:
        if now - self._tidied < _TIDY_SECONDS:
            return
        self._tidied = now
        database = self.reads.database
        database.put_down(sa.delete(CardReadRow).where(CardReadRow.at <= now - DAY))
        database.put_down(sa.delete(LookUp).where(LookUp.at <= now - HOUR))
