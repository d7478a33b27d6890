"""Detection of accounts and numbers given by several people, and of bulk look-ups."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from central.alarms import Alarm, AlarmKind
from central.store.alarms import raise_alarm
from central.store.tables import LookUp, Mark

if TYPE_CHECKING:
    from collections.abc import Mapping

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


def note_marks(
    session: Session,
    asking: AuthenticatedRequest,
    application_id: str,
    person: str,
    marks: Mapping[str, str],
    policy: AlarmPolicy,
) -> None:
    """Record keyed hashes of an application's account and mobile number.

    `person`: keyed hash of the ID number. `marks`: hashes by kind. Too many people with the same
    one raise an alarm.
    """
    limits = {
        "account": (policy.persons_an_account, AlarmKind.SAME_ACCOUNT),
        "mobile": (policy.persons_a_mobile, AlarmKind.SAME_MOBILE),
    }
    for kind, mark in marks.items():
        limit, alarm = limits[kind]
        # One more than there are, for this person, whose row is added below.
        counts = sa.func.count() + 1, sa.func.count().filter(Mark.person == person)
        same = sa.select(*counts).where(Mark.kind == kind, Mark.mark == mark)
        count, known = session.execute(same).one()
        if known:
            continue
        session.add(Mark(kind=kind, mark=mark, person=person))
        if count > limit:
            detail = f"{application_id}: person {count}"
            raise_alarm(session, Alarm(asking.said_at, asking.terminal, alarm, detail))
