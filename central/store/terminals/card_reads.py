"""Storage of card readings: each belongs to one terminal and one person, with limits for both.

A reading shows nothing that a stolen key of a terminal could not invent, but it costs: each one
counts, none serves for two people, and what was invented differs from what real readings said.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

import sqlalchemy as sa

from central.alarms import Alarm, AlarmKind
from central.store.alarms import raise_alarm, raise_once
from central.store.card_read_tables import CardChipRow, CardReadRow, TerminalReaderRow
from central.store.looks.question_look import DAY, HOUR, NotedReading
from kiosk.civil_time import civil_day

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from central.authenticated_request import AuthenticatedRequest
    from central.policy import CardReadLimits
    from central.store.database import CentralDatabase


class ReadRuling(Enum):
    """Outcome of recording a card reading."""

    TAKEN = "taken"
    FOREIGN = "foreign"  # it is of another terminal or another person
    TOO_MANY = "too many"


@dataclass(frozen=True)
class CardReads:
    """The card readings of the last day, at all terminals."""

    database: CentralDatabase
    limits: CardReadLimits

    def note(self, asking: AuthenticatedRequest, reading: NotedReading) -> ReadRuling:
        """Record a reading with the first question about it; return the outcome."""

        def work(session: Session) -> ReadRuling:
            now = asking.at.timestamp()
            session.execute(sa.delete(CardReadRow).where(CardReadRow.at <= now - DAY))
            known = session.get(CardReadRow, reading.id)
            if known is None:
                return self._begin(session, asking, reading)
            if (known.terminal, known.person) == (asking.terminal, reading.person):
                return ReadRuling.TAKEN
            detail = f"of {known.terminal}, then for another person or of another terminal"
            raise_alarm(session, _alarm(asking, AlarmKind.READ_REUSED, detail))
            return ReadRuling.FOREIGN

        return self.database.write(work)

    def note_missing(self, asking: AuthenticatedRequest) -> None:
        """Raise an alarm, once, for a terminal whose program is too old to name its readings."""

        def work(session: Session) -> None:
            raise_once(session, _alarm(asking, AlarmKind.READ_MISSING, "an older program"))

        self.database.write(work)

    def _begin(
        self, session: Session, asking: AuthenticatedRequest, reading: NotedReading
    ) -> ReadRuling:
        now, today = asking.at.timestamp(), civil_day(asking.at).isoformat()
        if _people(session, asking.terminal, reading.person, now) >= self.limits.people_an_hour:
            detail = f"{today}: more than {self.limits.people_an_hour} people within an hour"
            raise_once(session, _alarm(asking, AlarmKind.READ_LIMIT, detail))
            return ReadRuling.TOO_MANY
        if _readings(session, reading.person) >= self.limits.readings_a_day:
            detail = f"{today}: more than {self.limits.readings_a_day} readings of one person"
            raise_once(session, _alarm(asking, AlarmKind.READ_LIMIT, detail))
            return ReadRuling.TOO_MANY
        row = CardReadRow(id=reading.id, terminal=asking.terminal, person=reading.person, at=now)
        session.add(row)
        _compare_chip(session, asking, reading)
        _compare_reader(session, asking, reading)
        return ReadRuling.TAKEN


def _people(session: Session, terminal: str, person: str, now: float) -> int:
    """Return how many other people's cards this terminal read within the last hour."""
    wanted = sa.select(sa.func.count(sa.distinct(CardReadRow.person))).where(
        CardReadRow.terminal == terminal, CardReadRow.person != person, CardReadRow.at > now - HOUR
    )
    return session.scalar(wanted) or 0


def _readings(session: Session, person: str) -> int:
    # Rows older than a day were deleted in the same transaction.
    wanted = sa.select(sa.func.count()).where(CardReadRow.person == person)
    return session.scalar(wanted) or 0


def _compare_chip(session: Session, asking: AuthenticatedRequest, reading: NotedReading) -> None:
    known = session.get(CardChipRow, reading.person)
    if known is None:
        session.add(CardChipRow(person=reading.person, chip=reading.chip))
    elif known.chip != reading.chip:
        raise_alarm(session, _alarm(asking, AlarmKind.CARD_DIFFERS, asking.path))
        known.chip = reading.chip


def _compare_reader(session: Session, asking: AuthenticatedRequest, reading: NotedReading) -> None:
    known = session.get(TerminalReaderRow, asking.terminal)
    if known is None:
        session.add(TerminalReaderRow(terminal=asking.terminal, reader=reading.reader))
    elif known.reader != reading.reader:
        detail = f"{known.reader or 'unknown'}, then {reading.reader or 'unknown'}"
        raise_alarm(session, _alarm(asking, AlarmKind.READER_CHANGED, detail))
        known.reader = reading.reader


def _alarm(asking: AuthenticatedRequest, kind: AlarmKind, detail: str) -> Alarm:
    return Alarm(asking.said_at, asking.terminal, kind, detail)
