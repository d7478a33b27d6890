"""Alarms that people take note of in a browser, with who did and why."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

import sqlalchemy as sa

from central.alarms import Alarm, AlarmKind
from central.store.tables import AlarmRow
from central.store.web.events import record_web_event
from central.store.web.tables import AlarmAcknowledgementRow

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy.orm import Session

    from central.store.database import CentralDatabase
    from central.web_accounts import WebEvent


_LARGEST = 2**31 - 1  # PostgreSQL's integer; a larger number in an address is no alarm's


@dataclass(frozen=True)
class AlarmEntry:
    """An alarm by its number; who took note of it, when and why, all "" before."""

    number: int
    alarm: Alarm
    account: str = ""
    at: str = ""
    reason: str = ""


class AcknowledgeOutcome(Enum):
    """What became of taking note of an alarm."""

    DONE = "done"
    TWICE = "twice"  # somebody did before; their word stays
    UNKNOWN = "unknown"  # no alarm of these kinds has this number


@dataclass(frozen=True)
class AlarmDesk:
    """Alarms of some kinds, and who took note of them."""

    database: CentralDatabase
    kinds: Collection[AlarmKind]

    def waiting(self, most: int) -> tuple[AlarmEntry, ...]:
        """Return the alarms of which nobody took note, newest first, at most so many."""
        return self._entries(AlarmAcknowledgementRow.alarm.is_(None), most)

    def settled(self, most: int) -> tuple[AlarmEntry, ...]:
        """Return the alarms of which somebody took note, newest first, at most so many."""
        return self._entries(AlarmAcknowledgementRow.alarm.is_not(None), most)

    def count_waiting(self) -> int:
        """Return of how many alarms nobody took note."""
        none = AlarmAcknowledgementRow.alarm.is_(None)
        wanted = sa.select(sa.func.count()).select_from(AlarmRow)
        wanted = wanted.join(AlarmAcknowledgementRow, _SAME, isouter=True).where(self._mine(), none)
        return self.database.read(lambda session: session.scalar(wanted) or 0)

    def acknowledge(self, number: int, reason: str, event: WebEvent) -> AcknowledgeOutcome:
        """Record who took note of the alarm `number`, and the reason, once.

        `event` tells the audit who and when.
        """
        if number > _LARGEST:
            return AcknowledgeOutcome.UNKNOWN

        def work(session: Session) -> AcknowledgeOutcome:
            wanted = sa.select(AlarmRow.number).where(AlarmRow.number == number, self._mine())
            if session.scalar(wanted) is None:
                return AcknowledgeOutcome.UNKNOWN
            if session.get(AlarmAcknowledgementRow, number) is not None:
                return AcknowledgeOutcome.TWICE
            session.add(
                AlarmAcknowledgementRow(
                    alarm=number, at=event.at, account=event.account, reason=reason
                )
            )
            record_web_event(session, event)
            return AcknowledgeOutcome.DONE

        return self.database.write(work)

    def _mine(self) -> sa.ColumnElement[bool]:
        return AlarmRow.kind.in_([kind.value for kind in self.kinds])

    def _entries(self, which: sa.ColumnElement[bool], most: int) -> tuple[AlarmEntry, ...]:
        wanted = (
            sa.select(AlarmRow, AlarmAcknowledgementRow)
            .join(AlarmAcknowledgementRow, _SAME, isouter=True)
            .where(self._mine(), which)
            .order_by(AlarmRow.number.desc())
            .limit(most)
        )

        def work(session: Session) -> tuple[AlarmEntry, ...]:
            return tuple(_entry(row, by) for row, by in session.execute(wanted))

        return self.database.read(work)


_SAME = AlarmRow.number == AlarmAcknowledgementRow.alarm


def _entry(row: AlarmRow, by: AlarmAcknowledgementRow | None) -> AlarmEntry:
    alarm = Alarm(row.at, row.terminal, AlarmKind(row.kind), row.detail)
    if by is None:
        return AlarmEntry(row.number, alarm)
    return AlarmEntry(row.number, alarm, by.account, by.at, by.reason)
