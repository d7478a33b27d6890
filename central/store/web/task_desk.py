"""Tasks of an office as its clerks see and take them; no content of an application is read."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

import sqlalchemy as sa

from central.office_desk.acts import DeskAct
from central.store.office_tables import FINAL, TaskDeadlineRow, TaskMoveRow
from central.store.tables import BEGUN, ApplicationRow, CorrectionRow, TaskRow
from central.store.web.desk_records import (
    HAS_DECISION,
    TaskAddress,
    find_task,
    note_act,
    pending_of,
)
from central.store.web.tables import TaskHolderRow
from central.tasks import TaskState

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy.orm import Session

    from central.store.database import CentralDatabase
    from central.web_accounts import WebEvent

OPEN_STATES = (
    TaskState.READY,
    TaskState.WORKING,
    TaskState.SUSPENDED,
    TaskState.RESUMED,
    TaskState.CORRECTION,
)
"""States in which a task lies at its office."""


@dataclass(frozen=True)
class TaskEntry:
    """A task in the list of its office.

    `serial` counts cases. `due_on`: the last day of the task, or the promised one of the case until
    that is known, "" where no day is promised; `level` how near it is (`DeadlineLevel`), "" until
    somebody looked. `correction_until`: the last day for the person to bring something, "" for
    none; ISO dates. `holder`: the account of who works on it, "" for nobody. `was_corrected`: what
    was asked for has come, and nobody went on since. `has_decision`: one that has no effect yet.
    """

    serial: int
    case_number: str
    service: str
    state: TaskState
    due_on: str
    level: str
    correction_until: str
    holder: str
    was_corrected: bool
    has_decision: bool


class TaskOutcome(Enum):
    """What became of an act about a task."""

    DONE = "done"
    UNKNOWN = "unknown"  # no such task at this office
    TAKEN = "taken"  # by somebody else, a person or a worker
    OVER = "over"  # it is not open any more, or not as the form showed it
    PENDING = "pending"  # a decision about it has no effect yet


@dataclass(frozen=True)
class TaskDesk:
    """The tasks of all offices; each call names the services of the office that asks."""

    database: CentralDatabase

    def entries(
        self, services: Collection[str], most: int, skipped: int = 0
    ) -> tuple[TaskEntry, ...]:
        """Return the open tasks of these services, the first due first, at most so many.

        `skipped`: how many of the first are left out.
        """
        deadlines = _unsettled(services)
        same = sa.and_(
            deadlines.c.application_id == TaskRow.application_id,
            deadlines.c.service == TaskRow.service,
        )
        last_day = sa.func.coalesce(deadlines.c.due_on, _SETTLED_DAY, _CASES.c.due_on)
        wanted = (
            sa.select(
                _CASES.c.serial,
                _CASES.c.case_number,
                TaskRow.service,
                TaskRow.state,
                last_day,
                sa.func.coalesce(deadlines.c.level, _SETTLED_LEVEL, ""),
                TaskRow.due_on,
                sa.func.coalesce(TaskHolderRow.account, ""),
                _WAS_CORRECTED,
                HAS_DECISION,
            )
            .select_from(TaskRow)
            .join(_CASES, _CASES.c.id == TaskRow.application_id)
            .join(TaskHolderRow, _SAME, isouter=True)
            .join(deadlines, same, isouter=True)
            .where(*_open_tasks(services))
            .order_by(last_day == "", last_day, _CASES.c.serial, TaskRow.service)
            .limit(most)
            .offset(skipped)
        )
        return self.database.read(
            lambda session: tuple(TaskEntry(*row) for row in session.execute(wanted))
        )

    def count(self, services: Collection[str]) -> int:
        """Return how many open tasks these services have."""
        wanted = sa.select(sa.func.count()).select_from(TaskRow)
        wanted = wanted.join(_CASES, _CASES.c.id == TaskRow.application_id)
        wanted = wanted.where(*_open_tasks(services))
        return self.database.read(lambda session: session.scalar(wanted) or 0)

    def take(
        self, serial: int, service: str, services: Collection[str], now: float, event: WebEvent
    ) -> TaskOutcome:
        """Let the account of `event` work on a task of a case (`serial`); `now` in seconds.

        What is ready becomes working. A task that a worker holds just now is not given.
        """

        def work(session: Session) -> TaskOutcome:
            task = find_task(session, TaskAddress(serial, service, services), locked=True)
            if task is None:
                return TaskOutcome.UNKNOWN
            if task.state not in OPEN_STATES:
                return TaskOutcome.OVER
            held = session.get(TaskHolderRow, (task.application_id, service))
            if held is not None or task.leased_until > now:
                return TaskOutcome.TAKEN
            if task.state is TaskState.READY:
                task.state, task.changed_at = TaskState.WORKING, event.at
            holder = TaskHolderRow(application_id=task.application_id, service=service)
            holder.account, holder.at = event.account, event.at
            session.add(holder)
            note_act(session, (task.application_id, service), DeskAct.TAKE, event)
            return TaskOutcome.DONE

        return self.database.write(work)

    def give_back(
        self,
        serial: int,
        service: str,
        services: Collection[str],
        holders: Sequence[str] | None,
        event: WebEvent,
    ) -> TaskOutcome:
        """Give a task back, so that others may take it; its state stays.

        `serial`: of the case. `holders`: accounts whose tasks may be given back, None for all.
        """

        def work(session: Session) -> TaskOutcome:
            task = find_task(session, TaskAddress(serial, service, services), locked=True)
            if task is None:
                return TaskOutcome.UNKNOWN
            held = session.get(TaskHolderRow, (task.application_id, service))
            if held is None:
                return TaskOutcome.OVER
            if holders is not None and held.account not in holders:
                return TaskOutcome.TAKEN
            if pending_of(session, (task.application_id, service)) is not None:
                return TaskOutcome.PENDING
            session.delete(held)
            note_act(session, (task.application_id, service), DeskAct.GIVE_BACK, event)
            return TaskOutcome.DONE

        return self.database.write(work)


def _open_tasks(services: Collection[str]) -> tuple[sa.ColumnElement[bool], ...]:
    return TaskRow.service.in_(services), TaskRow.state.in_(OPEN_STATES)


def _unsettled(services: Collection[str]) -> sa.Subquery:
    """Return the deadlines of these services at which somebody looks each day."""
    row = TaskDeadlineRow
    wanted = sa.select(row.application_id, row.service, row.due_on, row.level)
    wanted = wanted.where(row.looked_on < FINAL, row.service.in_(services))
    return wanted.offset(0).subquery("unsettled")


# What is under way is read as a whole, by indexes that have nothing else. By its key each case and
# each deadline of thousands would be looked for on its own, the longer the more have ended. OFFSET
# keeps PostgreSQL from doing so.
_CASES = (
    sa.select(
        ApplicationRow.id,
        ApplicationRow.serial,
        ApplicationRow.case_number,
        ApplicationRow.due_on,
    )
    .where(sa.text(BEGUN))  # as the index says it
    .offset(0)
    .subquery("under_way")
)
_SAME = sa.and_(
    TaskHolderRow.application_id == TaskRow.application_id,
    TaskHolderRow.service == TaskRow.service,
)
DEADLINE = sa.and_(
    TaskDeadlineRow.application_id == TaskRow.application_id,
    TaskDeadlineRow.service == TaskRow.service,
)
LAST_DAY = sa.func.coalesce(TaskDeadlineRow.due_on, ApplicationRow.due_on)
"""The last day of a task; that of its case until deadlines are planned."""
_LAST_MOVE = (
    sa.select(sa.func.coalesce(sa.func.max(TaskMoveRow.at), ""))
    .where(TaskMoveRow.application_id == TaskRow.application_id)
    .where(TaskMoveRow.service == TaskRow.service, TaskMoveRow.state != TaskState.READY)
    .correlate(TaskRow)  # it stands two queries inside the one that names the task
    .scalar_subquery()
)
_WAS_CORRECTED = sa.and_(
    TaskRow.state != TaskState.CORRECTION,
    # Not SELECT *, as of sa.exists: the pages' account may not read every column.
    sa.select(CorrectionRow.number)
    .where(CorrectionRow.application_id == TaskRow.application_id)
    .where(CorrectionRow.service == TaskRow.service, CorrectionRow.received_at >= _LAST_MOVE)
    .exists(),
)
_SETTLED_DAY = sa.select(TaskDeadlineRow.due_on).where(DEADLINE).scalar_subquery()
_SETTLED_LEVEL = sa.select(TaskDeadlineRow.level).where(DEADLINE).scalar_subquery()
