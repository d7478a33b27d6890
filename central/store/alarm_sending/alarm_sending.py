"""Alarms that are to be sent on, and those that were."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

import sqlalchemy as sa

from central.alarms import CONTROL_ROOM, Alarm, AlarmKind
from central.store.alarm_sending.tables import AlarmSentRow, AlarmWayRow
from central.store.alarms import end_alarm, raise_alarm
from central.store.tables import AlarmEnd, AlarmRow, TerminalRow
from central.store.web.alarm_acts import AlarmActs
from central.store.web.tables import AlarmAcknowledgementRow

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.orm import Session

    from central.store.database import CentralDatabase


SENT = CONTROL_ROOM - {AlarmKind.SENDING_FAILED}
"""Kinds that are sent on."""


class AlarmWay(StrEnum):
    """A way by which alarms leave the service; the value is stored."""

    EMAIL = "email"
    WEBHOOK = "webhook"


@dataclass(frozen=True)
class UnsentAlarm:
    """What is told of an alarm: number, time, terminal with its point, and kind; no detail."""

    number: int
    at: str
    terminal: str
    point: str
    kind: str


@dataclass(frozen=True)
class HeldWay:
    """A way that this process holds by `lease`, after so many `failures` in a row."""

    lease: str
    failures: int


@dataclass(frozen=True)
class AlarmSending:
    """The ways and what was sent by each."""

    database: CentralDatabase

    def begin(self, way: AlarmWay) -> None:
        """Send alarms by `way` from the next one on, unless it was begun before."""

        def work(session: Session) -> None:
            if session.get(AlarmWayRow, way.value) is None:
                newest = session.scalar(sa.select(sa.func.max(AlarmRow.number))) or 0
                session.add(AlarmWayRow(way=way.value, since=newest))

        self.database.write(work)

    def claim(self, way: AlarmWay, lease: str, now: datetime, length: timedelta) -> HeldWay | None:
        """Hold a way for `length` by the unique name `lease`; None while it waits or is held."""

        def work(session: Session) -> HeldWay | None:
            row = session.get(AlarmWayRow, way.value, with_for_update=True)
            at = now.timestamp()
            if row is None or row.retry_at > at or row.leased_until > at:
                return None
            row.lease, row.leased_until = lease, (now + length).timestamp()
            return HeldWay(lease, row.failures)

        return self.database.write(work)

    def release(self, way: AlarmWay, lease: str) -> None:
        """Let whoever comes next send by the way."""
        row = AlarmWayRow
        mine = sa.update(row).where(row.way == way.value, row.lease == lease)
        given = mine.values(lease="", leased_until=0.0)
        self.database.write(lambda session: session.execute(given))

    def due(
        self, way: AlarmWay, now: datetime, since: datetime, most: int
    ) -> tuple[UnsentAlarm, ...]:
        """Return at most so many alarms that the way has not sent, oldest first.

        What began before `since`, ended, was taken note of or is muted at `now` is not sent.
        """
        muted = AlarmActs(self.database, CONTROL_ROOM).mutes(now.isoformat(timespec="seconds"))
        begun = sa.select(AlarmWayRow.since).where(AlarmWayRow.way == way.value).scalar_subquery()
        sent = sa.exists().where(AlarmSentRow.alarm == AlarmRow.number, AlarmSentRow.way == way)
        seen = sa.exists().where(AlarmAcknowledgementRow.alarm == AlarmRow.number)
        ended = sa.exists().where(AlarmEnd.alarm == AlarmRow.number)
        wanted = (
            sa.select(AlarmRow, TerminalRow.point)
            .join(TerminalRow, TerminalRow.id == AlarmRow.terminal, isouter=True)
            .where(
                AlarmRow.number > begun,
                AlarmRow.at >= since.isoformat(timespec="seconds"),
                AlarmRow.kind.in_([kind.value for kind in SENT]),
                ~sent,
                ~seen,
                ~ended,
            )
            .order_by(AlarmRow.number)
        )

        def work(session: Session) -> tuple[UnsentAlarm, ...]:
            found = (
                UnsentAlarm(row.number, row.at, row.terminal, point or "", row.kind)
                for row, point in session.execute(wanted)
                if (row.terminal, row.kind) not in muted
            )
            return tuple(one for one, _ in zip(found, range(most), strict=False))

        return self.database.read(work)

    def take(self, way: AlarmWay, numbers: Iterable[int], now: datetime) -> None:
        """Note that alarms (`numbers`) were taken; the way works, so its failures are over."""
        at = now.isoformat(timespec="seconds")

        def work(session: Session) -> None:
            for number in numbers:
                if session.get(AlarmSentRow, (number, way.value)) is None:
                    session.add(AlarmSentRow(alarm=number, way=way.value, at=at))
            row = session.get_one(AlarmWayRow, way.value)
            row.failures, row.trouble, row.retry_at = 0, "", 0.0
            if row.alarm:
                end_alarm(session, row.alarm, at)
                row.alarm = 0

        self.database.write(work)

    def fail(
        self, way: AlarmWay, trouble: str, now: datetime, pause: timedelta, *, is_alarm: bool
    ) -> None:
        """Leave the way alone for `pause`, for `trouble`; with `is_alarm` that is an alarm."""

        def work(session: Session) -> None:
            row = session.get_one(AlarmWayRow, way.value)
            row.failures, row.trouble = row.failures + 1, trouble
            row.retry_at = (now + pause).timestamp()
            if is_alarm and not row.alarm:
                at = now.isoformat(timespec="seconds")
                alarm = Alarm(at, "", AlarmKind.SENDING_FAILED, f"{way.value}: {trouble}")
                row.alarm = raise_alarm(session, alarm)

        self.database.write(work)
