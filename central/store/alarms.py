"""Which alarms are there?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from central.alarms import Alarm, AlarmKind
from central.store.tables import AlarmRow

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from central.store.database import Database


@dataclass(frozen=True)
class Alarms:
    """What was raised, oldest first."""

    database: Database

    def all(self) -> tuple[Alarm, ...]:
        """Return every alarm."""

        def work(session: Session) -> tuple[Alarm, ...]:
            rows = session.scalars(sa.select(AlarmRow).order_by(AlarmRow.number))
            return tuple(
                Alarm(row.at, row.terminal, AlarmKind(row.kind), row.detail) for row in rows
            )

        return self.database.read(work)


def raise_alarm(session: Session, alarm: Alarm) -> None:
    """Keep an alarm in the transaction that saw its cause."""
    row = AlarmRow(at=alarm.at, terminal=alarm.terminal, kind=alarm.kind.value, detail=alarm.detail)
    session.add(row)
