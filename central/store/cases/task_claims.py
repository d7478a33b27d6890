"""Claims of single tasks by the workers of an office, their failures and dead letters.

On PostgreSQL all times of claims are those of the database's clock, so that workers on hosts whose
clocks differ agree; on SQLite, which one worker uses, they are the worker's.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, cast

import sqlalchemy as sa

from central.alarms import Alarm, AlarmKind
from central.store.alarms import end_alarm, raise_alarm
from central.store.cases.claiming import DATABASE_CLOCK, ROUNDING_SECONDS, claim_at_once
from central.store.cases.work import CLAIMED, DEAD, HELD, TaskClaim, make_claim
from central.store.office_tables import OfficeQueueRow, TaskFailureRow
from central.store.tables import ApplicationRow, ConfirmationRow, TaskRow
from central.store.task_jobs import AT_THE_OFFICE, JOBS, job_payload, write_jobs

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session

    from central.rules import Rules
    from central.store.database import CentralDatabase

_SWEEP_ROWS = 1000
_SWEEPING = 0x6F666669  # key of the advisory lock


@dataclass(frozen=True)
class TaskFailure:
    """A failed call about a task.

    `trouble`: the value of its kind. `pause`: until the next call. `is_dead`: nobody calls again
    before an operator says so.
    """

    trouble: str
    at: str
    pause: timedelta
    is_dead: bool


@dataclass(frozen=True)
class DeadLetter:
    """A task whose office gave no usable answer too often."""

    case_number: str
    application_id: str
    service: str
    failures: int
    trouble: str
    dead_at: str


@dataclass(frozen=True)
class TaskClaims:
    """Tasks as workers look at them, one by one; `Work` moves them."""

    database: CentralDatabase
    rules: Rules

    def register(self, offices: Collection[str], at: str) -> None:
        """Record that workers look at the tasks of these offices from now on."""

        def work(session: Session) -> None:
            for office in offices:
                if session.get(OfficeQueueRow, office) is None:
                    session.add(OfficeQueueRow(office=office, at=at))

        self.database.write(work)

    def claim(
        self, application_id: str, service: str, lease: str, length: timedelta, job: int = 0
    ) -> TaskClaim | None:
        """Claim the task of a `service` (PostgreSQL); None when there is nothing to do now.

        `lease`: the unique name of this claim, `length`: how long it lasts. `job`: the number of
        the job that asks. While another worker holds the task the job is written anew for later,
        because that worker may be dead.
        """
        task = application_id, service
        claimed = claim_at_once(self.database, task, lease, length, job)
        return claimed or self._claim_in_turn(application_id, service, lease, length, job)

    def _claim_in_turn(
        self, application_id: str, service: str, lease: str, length: timedelta, job: int
    ) -> TaskClaim | None:
        mine = TaskRow.application_id == application_id, TaskRow.service == service
        wanted = _CLAIMING.where(*mine)

        def work(session: Session) -> TaskClaim | None:
            line = session.connection()
            found = line.execute(wanted).first()
            if found is None or found.state not in AT_THE_OFFICE:
                return None
            if found.awaiting or found.held or found.dead:
                return None
            now = float(found.now)
            if found.look_at > now + ROUNDING_SECONDS:
                return None  # whoever put it off wrote a job for then
            if (left := found.leased_until - now) > 0:
                self._write_job(session, application_id, service, timedelta(seconds=left))
                return None
            until = now + length.total_seconds()
            line.execute(sa.update(_TASKS).where(*mine).values(lease=lease, leased_until=until))
            return replace(make_claim(session, found, lease, found), job=job)

        return self.database.write(work)

    def put_off(self, claim: TaskClaim, pause: timedelta, now: datetime) -> None:
        """Give the task back, to be looked at again after `pause`; `now` counts on SQLite."""
        self.database.write(lambda session: self._put_off(session, claim, pause, now))

    def fail(self, claim: TaskClaim, failure: TaskFailure, now: datetime) -> None:
        """Record a failed call and give the task back, or lay it aside as a dead letter.

        `now` counts on SQLite. The failure of a claim whose lease ran out is not recorded.
        """
        key = claim.application_id, claim.service

        def work(session: Session) -> None:
            if not self._put_off(session, claim, failure.pause, now, job=not failure.is_dead):
                return
            row = session.get(TaskFailureRow, key)
            if row is None:
                row = TaskFailureRow(application_id=key[0], service=key[1], failures=0)
                row.first_at, row.dead_at, row.alarm = failure.at, "", 0
                session.add(row)
            row.failures += 1
            row.trouble, row.last_at = failure.trouble, failure.at
            if failure.is_dead:
                row.dead_at = failure.at
                detail = f"{claim.application_id} {claim.service} {failure.trouble}"
                row.alarm = raise_alarm(
                    session, Alarm(failure.at, "", AlarmKind.TASK_UNANSWERED, detail)
                )

        self.database.write(work)

    def failures_of(self, claim: TaskClaim) -> int:
        """Return how many calls about a task failed since its last move."""
        wanted = sa.select(TaskFailureRow.failures).where(*_row_of(claim))
        return self.database.read(lambda session: session.scalar(wanted) or 0)

    def dead_letters(self) -> tuple[DeadLetter, ...]:
        """Return the tasks that nobody asks about any more, the oldest first."""
        row = TaskFailureRow
        wanted = (
            sa.select(
                ApplicationRow.case_number,
                row.application_id,
                row.service,
                row.failures,
                row.trouble,
                row.dead_at,
            )
            .join(ApplicationRow, ApplicationRow.id == row.application_id)
            .where(row.dead_at != "")
            .order_by(row.dead_at, row.application_id, row.service)
        )
        return self.database.read(
            lambda session: tuple(DeadLetter(*found) for found in session.execute(wanted))
        )

    def retry(self, application_id: str, service: str, at: str) -> bool:
        """Let the office of a `service` be asked again about a dead letter; False for none.

        `at`: the time in ISO 8601, at which its alarm ends.
        """

        def work(session: Session) -> bool:
            row = session.get(TaskFailureRow, (application_id, service))
            if row is None or not row.dead_at:
                return False
            end_alarm(session, row.alarm, at)
            session.delete(row)
            task = session.get(TaskRow, (application_id, service))
            assert task is not None
            task.look_at = 0.0
            self._write_job(session, application_id, service, timedelta())
            return True

        return self.database.write(work)

    def sweep(self, services: Mapping[str, str], grace: timedelta) -> int:
        """Write the jobs that are missing (PostgreSQL); return how many.

        They are missing after an upgrade, a restored backup, or when a clerk gave a task back.
        `services`: the office of each service that is looked at. `grace`: how long a task has been
        due.
        """
        due = TaskRow.look_at <= DATABASE_CLOCK - grace.total_seconds()
        payload = sa.func.convert_to(TaskRow.application_id + " " + TaskRow.service, "UTF8")
        wanted = (
            sa.select(TaskRow.application_id, TaskRow.service)
            .join(ApplicationRow, ApplicationRow.id == TaskRow.application_id)
            .where(
                TaskRow.service.in_(services),
                TaskRow.state.in_(AT_THE_OFFICE),
                due,
                TaskRow.leased_until <= DATABASE_CLOCK,
                ~ApplicationRow.awaiting,
                ~HELD,
                ~DEAD,
                ~sa.exists().where(JOBS.c.payload == payload),
            )
            .limit(_SWEEP_ROWS)
        )

        def work(session: Session) -> int:
            if not session.scalar(sa.select(sa.func.pg_try_advisory_xact_lock(_SWEEPING))):
                return 0  # another worker sweeps
            jobs = [
                (services[service], job_payload(case, service))
                for case, service in session.execute(wanted)
            ]
            write_jobs(session.connection(), jobs, timedelta())
            return len(jobs)

        return self.database.write(work)

    def _put_off(
        self,
        session: Session,
        claim: TaskClaim,
        pause: timedelta,
        now: datetime,
        *,
        job: bool = True,
    ) -> bool:
        # now() is the start of the transaction, from which PgQueuer counts the delay of a job.
        begun = now.timestamp() if self.database.embedded else sa.extract("epoch", sa.func.now())
        mine = TaskRow.application_id == claim.application_id, TaskRow.service == claim.service
        giving = sa.update(TaskRow).where(*mine, TaskRow.lease == claim.lease)
        look_at = begun + pause.total_seconds()
        given = session.execute(giving.values(look_at=look_at, lease="", leased_until=0.0))
        is_mine = bool(given.rowcount)  # type: ignore[attr-defined]
        if is_mine and job:
            self._write_job(session, claim.application_id, claim.service, pause)
        return is_mine

    def _write_job(
        self, session: Session, application_id: str, service: str, pause: timedelta
    ) -> None:
        if not self.database.embedded:
            office = self.rules.offices.get(service, service)
            write_jobs(
                session.connection(), [(office, job_payload(application_id, service))], pause
            )


def _row_of(claim: TaskClaim) -> tuple[sa.ColumnElement[bool], ...]:
    row = TaskFailureRow
    return row.application_id == claim.application_id, row.service == claim.service


_TASKS = cast("sa.Table", TaskRow.__table__)
_CLAIMING = (
    sa.select(
        *_TASKS.columns,
        ApplicationRow.awaiting,
        HELD.label("held"),
        DEAD.label("dead"),
        DATABASE_CLOCK.label("now"),
        *CLAIMED,
    )
    .join(ApplicationRow, ApplicationRow.id == TaskRow.application_id)
    .outerjoin(ConfirmationRow, ConfirmationRow.application_id == ApplicationRow.id)
    .with_for_update(of=TaskRow)
)
