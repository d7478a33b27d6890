"""Failed tries to carry decisions of an office's people out: back-off and dead letters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from central.alarms import Alarm, AlarmKind
from central.office_desk.acts import DeskOutcome
from central.store.alarms import end_alarm, raise_alarm
from central.store.tables import ApplicationRow
from central.store.web.desk_records import STOPPED
from central.store.web.events import record_web_event
from central.store.web.tables import DeskActRow, DeskFailureRow, DeskOutcomeRow, DeskReviewRow
from central.web_accounts import WebEvent, WebEventKind

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from central.store.database import CentralDatabase


@dataclass(frozen=True)
class DecisionFailure:
    """A failed try to carry a decision out.

    `trouble`: the class of the error; its text may name a person. `at`: ISO 8601. `retry_at`:
    seconds since 1970. `is_dead`: nobody tries again before an operator says so.
    """

    trouble: str
    at: str
    retry_at: float
    is_dead: bool


@dataclass(frozen=True)
class DeadDecision:
    """A decision that the service gave up: `act` is a `DeskAct` by its value."""

    case_number: str
    application_id: str
    service: str
    act: str
    failures: int
    trouble: str
    dead_at: str


@dataclass(frozen=True)
class DeskFailures:
    """The failed tries of all offices' decisions."""

    database: CentralDatabase

    def count(self, number: int) -> int:
        """Return how many tries to carry out the decision `number` failed."""
        wanted = sa.select(DeskFailureRow.failures).where(DeskFailureRow.act == number)
        return self.database.read(lambda session: session.scalar(wanted) or 0)

    def note(self, number: int, failure: DecisionFailure) -> None:
        """Record that a try to carry out the decision `number` failed; a dead one is an alarm."""

        def work(session: Session) -> None:
            act = session.get(DeskActRow, number)
            assert act is not None
            row = session.get(DeskFailureRow, number, with_for_update=True)
            if row is None:
                row = DeskFailureRow(act=number, failures=0, dead_at="", alarm=0)
                session.add(row)
            row.failures += 1
            row.trouble, row.last_at, row.retry_at = failure.trouble, failure.at, failure.retry_at
            if failure.is_dead and not row.dead_at:
                row.dead_at = failure.at
                detail = f"{act.application_id} {act.service} {act.act} {failure.trouble}"
                alarm = Alarm(failure.at, "", AlarmKind.DECISION_FAILED, detail)
                row.alarm = raise_alarm(session, alarm)

        self.database.write(work)

    def dead(self) -> tuple[DeadDecision, ...]:
        """Return the decisions that nobody tries to carry out any more, the oldest first."""
        row, act = DeskFailureRow, DeskActRow
        wanted = (
            sa.select(
                ApplicationRow.case_number,
                act.application_id,
                act.service,
                act.act,
                row.failures,
                row.trouble,
                row.dead_at,
            )
            .join(act, act.number == row.act)
            .join(ApplicationRow, ApplicationRow.id == act.application_id)
            .where(row.dead_at != "")
            .order_by(row.dead_at, row.act)
        )
        return self.database.read(
            lambda session: tuple(DeadDecision(*found) for found in session.execute(wanted))
        )

    def retry(self, application_id: str, service: str, at: str) -> bool:
        """Let the dead decision about the task of a `service` be tried again; False for none.

        `at`: the time in ISO 8601, at which its alarm ends.
        """
        row, act = DeskFailureRow, DeskActRow
        mine = act.application_id == application_id, act.service == service
        numbers = sa.select(act.number).where(*mine).scalar_subquery()
        wanted = sa.select(row.act).where(row.act.in_(numbers), row.dead_at != "")

        def work(session: Session) -> bool:
            found = list(session.scalars(wanted))
            for number in found:
                forget_failures(session, number, at)
            return bool(found)

        return self.database.write(work)

    def withdraw(self, application_id: str, service: str, at: str) -> bool:
        """Withdraw the dead decision about the task of a `service`; False for none.

        It never takes effect, even where a second person confirmed it, and who works on the task
        may decide anew. `at`: the time in ISO 8601, at which its alarm ends. The audit tells it
        under the account that decided.
        """
        row, act = DeskFailureRow, DeskActRow
        mine = act.application_id == application_id, act.service == service
        wanted = (
            sa.select(act, ApplicationRow.serial)
            .join(row, row.act == act.number)
            .join(ApplicationRow, ApplicationRow.id == act.application_id)
            .where(*mine, row.dead_at != "")
        )

        def work(session: Session) -> bool:
            found = list(session.execute(wanted))
            for decided, serial in found:
                outcome = DeskOutcome.WITHDRAWN.value
                session.add(DeskOutcomeRow(act=decided.number, outcome=outcome, at=at))
                decided.file = None
                forget_failures(session, decided.number, at)
                detail = f"{serial} {service} {decided.act} {decided.number}: central letters"
                event = WebEvent(at, decided.account, "", WebEventKind.WITHDREW, detail)
                record_web_event(session, event)
            return bool(found)

        return self.database.write(work)

    def forget_withdrawn(self, at: str) -> None:
        """End the alarms of dead decisions that their makers withdrew.

        The pages can only add that they did. `at`: the time in ISO 8601.
        """
        row, said = DeskFailureRow, DeskReviewRow
        stopped = said.verdict.in_([one.value for one in STOPPED])
        wanted = sa.select(row.act).join(said, said.act == row.act).where(stopped)
        if not (found := self.database.read(lambda session: tuple(session.scalars(wanted)))):
            return

        def work(session: Session) -> None:
            for number in found:
                forget_failures(session, number, at)

        self.database.write(work)


def forget_failures(session: Session, number: int, at: str) -> None:
    """Delete the failed tries of the decision `number`, and end its alarm at `at` (ISO 8601)."""
    row = session.get(DeskFailureRow, number)
    if row is None:
        return
    if row.alarm:
        end_alarm(session, row.alarm, at)
    session.delete(row)


def is_put_off(now: float) -> sa.ColumnElement[bool]:
    """Return the condition of decisions that are not tried at `now`, seconds since 1970."""
    row = DeskFailureRow
    waits = sa.or_(row.dead_at != "", row.retry_at > now)
    return sa.exists().where(row.act == DeskActRow.number, waits)
