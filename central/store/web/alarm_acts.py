"""What technicians do about alarms: assigning them to somebody, muting them for a while."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import sqlalchemy as sa

from central.store.tables import AlarmRow
from central.store.web.events import record_web_event
from central.store.web.fleet_tables import AlarmActRow

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from sqlalchemy.orm import Session

    from central.alarms import AlarmKind
    from central.store.database import CentralDatabase
    from central.web_accounts import WebEvent

_LARGEST = 2**31 - 1  # PostgreSQL's integer; a larger number in an address is no alarm's


class AlarmActKind(StrEnum):
    """Acts about an alarm besides taking note of it."""

    ASSIGNED = "assigned"
    MUTED = "muted"


@dataclass(frozen=True)
class AlarmMute:
    """Until when (ISO 8601) alarms of a terminal and kind are muted; who did it, and why."""

    until: str
    account: str
    words: str


@dataclass(frozen=True)
class AlarmActs:
    """Acts about alarms of some kinds, added and never changed."""

    database: CentralDatabase
    kinds: Collection[AlarmKind]

    def assignees(self, alarms: Collection[int]) -> Mapping[int, str]:
        """Return to whom each of these alarms was assigned last; who has none is left out."""
        wanted = sa.select(AlarmActRow.alarm, AlarmActRow.target).where(
            AlarmActRow.act == AlarmActKind.ASSIGNED.value, AlarmActRow.alarm.in_(alarms)
        )
        wanted = wanted.order_by(AlarmActRow.number)
        return self.database.read(
            lambda session: {row.alarm: row.target for row in session.execute(wanted)}
        )

    def mutes(self, at: str) -> Mapping[tuple[str, str], AlarmMute]:
        """Return what is muted at the moment `at` (ISO 8601), by terminal and kind."""
        said = AlarmActRow.until, AlarmActRow.account, AlarmActRow.words
        newest = sa.select(AlarmRow.terminal, AlarmRow.kind, *said)
        newest = newest.join(AlarmActRow, AlarmActRow.alarm == AlarmRow.number)
        newest = newest.where(AlarmActRow.act == AlarmActKind.MUTED.value)
        newest = newest.order_by(AlarmActRow.number)

        def work(session: Session) -> Mapping[tuple[str, str], AlarmMute]:
            last = {(a, b): AlarmMute(*rest) for a, b, *rest in session.execute(newest)}
            return {place: one for place, one in last.items() if one.until > at}

        return self.database.read(work)

    def assign(self, number: int, colleague: str, event: WebEvent) -> bool:
        """Assign the alarm `number` to `colleague`; False where no alarm of these kinds has it.

        `event` tells the audit who and when.
        """
        return self._add(number, event, AlarmActKind.ASSIGNED, target=colleague)

    def mute(self, number: int, until: str, words: str, event: WebEvent) -> bool:
        """Mute what is of the terminal and kind of alarm `number`, for a reason (`words`).

        Return False for an unknown one. `until`: ISO 8601; `event` tells the audit who and when.
        """
        return self._add(number, event, AlarmActKind.MUTED, until=until, words=words)

    def _add(
        self,
        number: int,
        event: WebEvent,
        act: AlarmActKind,
        target: str = "",
        until: str = "",
        words: str = "",
    ) -> bool:
        kinds = AlarmRow.kind.in_([kind.value for kind in self.kinds])
        wanted = sa.select(AlarmRow.number).where(AlarmRow.number == number, kinds)

        def work(session: Session) -> bool:
            if number > _LARGEST or session.scalar(wanted) is None:
                return False
            row = AlarmActRow(
                alarm=number,
                act=act.value,
                at=event.at,
                account=event.account,
                target=target,
                until=until,
                words=words,
            )
            session.add(row)
            record_web_event(session, event)
            return True

        return self.database.write(work)
