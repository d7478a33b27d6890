"""Results of services in the store, sealed: each with its case, newest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from central.results.sealing import ResultSealer, ResultSubject, SealedResult
from central.store.office_tables import TaskResultRow
from central.store.tables import ApplicationRow, TaskRow
from central.store.web.tables import DeskActRow, DeskReviewRow
from central.tasks import TaskState

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from central.policy import RetentionPolicy
    from central.store.database import CentralDatabase
    from central.store.tasks.case_moves import LockedCase
    from central.tasks import TaskMove


@dataclass(frozen=True)
class StoredResult:
    """A result as it lies in the store, of the end `state` of a service, at a time (ISO 8601)."""

    application_id: str
    case_number: str
    service: str
    state: TaskState
    at: str
    sealed: SealedResult


@dataclass(frozen=True)
class Results:
    """What offices said with the ends of services; only the vault opens it."""

    database: CentralDatabase

    def of_person(self, person: str, most: int) -> tuple[StoredResult, ...]:
        """Return a person's newest results without their files, of each service the newest case's.

        `person` is a keyed hash. A service that is under way again in a newer case is left out.
        """
        newest = (
            sa.select(TaskRow.service, sa.func.max(ApplicationRow.serial).label("serial"))
            .join(ApplicationRow, ApplicationRow.id == TaskRow.application_id)
            .where(ApplicationRow.person == person, sa.not_(ApplicationRow.awaiting))
            .group_by(TaskRow.service)
            .subquery()
        )
        is_newest = sa.and_(
            newest.c.service == TaskRow.service, newest.c.serial == ApplicationRow.serial
        )
        wanted = (
            _STORED.join(newest, is_newest)
            .where(ApplicationRow.person == person)
            .order_by(TaskResultRow.at.desc(), TaskResultRow.service)
            .options(sa.orm.defer(TaskResultRow.file))
            .limit(most)
        )

        def work(session: Session) -> tuple[StoredResult, ...]:
            return tuple(_result_of(*row) for row in session.execute(wanted))

        return self.database.read(work)

    def of_task(self, application_id: str, service: str) -> StoredResult | None:
        """Return the result of a service with its file, None for none."""
        wanted = _STORED.where(
            TaskResultRow.application_id == application_id, TaskResultRow.service == service
        )

        def work(session: Session) -> StoredResult | None:
            found = session.execute(wanted).first()
            return _result_of(*found, file=found[0].file) if found else None

        return self.database.read(work)

    def forget(self, now: datetime, policy: RetentionPolicy) -> int:
        """Delete the results of closed cases older than `policy.result_days`; return how many.

        What was decided about them at the desk loses its content, too.
        """
        oldest = (now - timedelta(days=policy.result_days)).isoformat(timespec="seconds")
        closed = sa.select(ApplicationRow.id).where(
            ApplicationRow.closed_at != "",
            ApplicationRow.closed_at < oldest,
            sa.not_(ApplicationRow.open),
        )
        act, said = DeskActRow, DeskReviewRow
        due = TaskResultRow.application_id.in_(closed)
        decided = act.application_id.in_(closed), sa.or_(act.result.is_not(None), act.file != b"")
        mine = sa.select(act.number).where(act.application_id.in_(closed)).scalar_subquery()
        statements = (
            sa.delete(TaskResultRow).where(due),
            sa.update(act).where(*decided).values(result=None, file=None),
            sa.update(said).where(said.act.in_(mine), said.result != b"").values(result=None),
        )
        any_due = (sa.select(sa.literal(1)).where(*one).limit(1) for one in ((due,), decided))
        if not self.database.read(lambda session: any(session.scalar(one) for one in any_due)):
            return 0
        options = {"synchronize_session": False}

        def work(session: Session) -> int:
            gone, *_ = [session.execute(one, execution_options=options) for one in statements]
            return int(gone.rowcount)  # type: ignore[attr-defined]

        found = self.database.write(work)
        self.database.shred()
        return found


def note_result(
    session: Session,
    case: LockedCase,
    service: str,
    step: TaskMove,
    sealer: ResultSealer,
    at: str,
) -> None:
    """Store what the office said with the end of a service of `case`, sealed.

    `step`: where the office moved it, with the result; `at`: ISO 8601.
    """
    if step.sealed:
        sealed = SealedResult(step.sealed, step.sealed_file)
    elif step.result is not None and step.result.kinds:
        subject = ResultSubject(case.id, service, case.person, at)
        sealed = sealer.seal(subject, step.result)
    else:
        return
    row = TaskResultRow(application_id=case.id, service=service, at=at)
    row.envelope, row.file = sealed.envelope, sealed.file
    session.add(row)


_SAME = sa.and_(
    TaskRow.application_id == TaskResultRow.application_id,
    TaskRow.service == TaskResultRow.service,
)
_STORED = (
    sa.select(TaskResultRow, ApplicationRow.case_number, TaskRow.state)
    .join(ApplicationRow, ApplicationRow.id == TaskResultRow.application_id)
    .join(TaskRow, _SAME)
)


def _result_of(
    row: TaskResultRow, case_number: str, state: TaskState, file: bytes = b""
) -> StoredResult:
    sealed = SealedResult(row.envelope, file)
    return StoredResult(row.application_id, case_number, row.service, state, row.at, sealed)
