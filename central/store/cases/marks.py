"""Detection of bulk look-ups."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from central.alarms import Alarm, AlarmKind
from central.store.alarms import raise_alarm
from central.store.tables import LookUp

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from central.authenticated_request import AuthenticatedRequest
    from central.policy import AlarmPolicy
    from central.store.database import CentralDatabase

HOUR = 3600


@dataclass(frozen=True)
class LookUps:
    """The people that each terminal asked about within the last hour."""

    database: CentralDatabase
    policy: AlarmPolicy

    def note(self, asking: AuthenticatedRequest, person: str, *, other_name: bool = False) -> None:
        """Record a look-up; the first person over the limit raises an alarm.

        `other_name`: the terminal's name for the person is not the registered one, which is an
        alarm, too.
        """

        def work(session: Session) -> None:
            self._note(session, asking, person)
            if other_name:
                kind, path = AlarmKind.NAME_DIFFERS, asking.path
                raise_alarm(session, Alarm(asking.said_at, asking.terminal, kind, path))

        self.database.write(work)

    def _note(self, session: Session, asking: AuthenticatedRequest, person: str) -> None:
        now = asking.at.timestamp()
        session.execute(sa.delete(LookUp).where(LookUp.at <= now - HOUR))
        if session.get(LookUp, (asking.terminal, person)) is not None:
            return
        session.add(LookUp(terminal=asking.terminal, person=person, at=now))
        session.flush()
        mine = sa.select(sa.func.count()).where(LookUp.terminal == asking.terminal)
        count = session.scalar(mine)
        if count == self.policy.people_an_hour + 1:
            detail = f"{count} people within an hour"
            kind = AlarmKind.BULK_LOOKUPS
            raise_alarm(session, Alarm(asking.said_at, asking.terminal, kind, detail))
