"""Storage of alarms and of when their causes ended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from central.alarms import LASTING, Alarm, AlarmKind
from central.store.tables import AlarmEnd, AlarmRow

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from central.store.database import CentralDatabase


@dataclass(frozen=True)
class Alarms:
    """All alarms that were raised."""

    database: CentralDatabase

    def all(self) -> tuple[Alarm, ...]:
        """Return every alarm, oldest first."""

        def work(session: Session) -> tuple[Alarm, ...]:
            ends = AlarmRow.number == AlarmEnd.alarm
            found = sa.select(AlarmRow, AlarmEnd.at).join(AlarmEnd, ends, isouter=True)
            return tuple(
                Alarm(row.at, row.terminal, AlarmKind(row.kind), row.detail, ended_at or "")
                for row, ended_at in session.execute(found.order_by(AlarmRow.number))
            )

        return self.database.read(work)

    def raise_lasting(self, alarm: Alarm) -> None:
        """Raise a lasting alarm, unless one of the same terminal, kind and detail lasts."""

        def work(session: Session) -> None:
            if not _lasting(session, alarm):
                raise_alarm(session, alarm)

        self.database.write(work)

    def end_lasting(self, alarm: Alarm) -> None:
        """End the alarms of the same terminal, kind and detail at the time of `alarm`."""

        def work(session: Session) -> None:
            for row in _lasting(session, alarm):
                end_alarm(session, row.number, alarm.at)

        self.database.write(work)


def _lasting(session: Session, alarm: Alarm) -> list[AlarmRow]:
    same = alarm.kind.value, alarm.detail
    return [row for row in open_alarms(session, alarm.terminal) if (row.kind, row.detail) == same]


def raise_alarm(session: Session, alarm: Alarm) -> int:
    """Store an alarm in the transaction that saw its cause; return its number."""
    (number,) = raise_alarms(session, (alarm,))
    return number


def raise_alarms(session: Session, alarms: Sequence[Alarm]) -> list[int]:
    """Store alarms in the transaction that saw their causes; return their numbers, in order."""
    rows = [
        AlarmRow(at=one.at, terminal=one.terminal, kind=one.kind.value, detail=one.detail)
        for one in alarms
    ]
    session.add_all(rows)
    session.flush()
    return [one.number for one in rows]


def raise_once(session: Session, alarm: Alarm) -> None:
    """Store an alarm unless this terminal has one of the same kind and detail."""
    same = sa.select(AlarmRow.number).where(
        AlarmRow.terminal == alarm.terminal,
        AlarmRow.kind == alarm.kind.value,
        AlarmRow.detail == alarm.detail,
    )
    if session.scalar(same.limit(1)) is None:
        raise_alarm(session, alarm)


def end_alarm(session: Session, number: int, at: str) -> None:
    """Record when the cause of an alarm, by its number, ended; only the first time counts."""
    if session.get(AlarmEnd, number) is None:
        session.add(AlarmEnd(alarm=number, at=at))


def open_alarms(session: Session, terminal: str) -> list[AlarmRow]:
    """Return the lasting alarms of a terminal whose cause has not ended."""
    kinds = AlarmRow.kind.in_([kind.value for kind in LASTING])
    ended = sa.select(AlarmEnd.alarm).where(AlarmEnd.alarm == AlarmRow.number).exists()
    found = sa.select(AlarmRow).where(AlarmRow.terminal == terminal, kinds, ~ended)
    return list(session.scalars(found))
