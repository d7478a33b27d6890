"""Tasks of an office as its clerks see and take them; no content of an application is read."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

import sqlalchemy as sa

from central.store.tables import ApplicationRow, TaskRow
from central.store.web.events import record_web_event
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
LARGEST_SERIAL = 2**31 - 1  # PostgreSQL's integer


@dataclass(frozen=True)
class TaskEntry:
    """A task in the list of its office.

    `serial` counts cases. `due_on`: the promised day of the case; `correction_until`: the last day
    for the person to bring something, "" for none; ISO dates. `holder`: the account of who works on
    it, "" for nobody.
    """

    serial: int
    case_number: str
    service: str
    state: TaskState
    due_on: str
    correction_until: str
    holder: str


class TaskOutcome(Enum):
    """What became of taking a task, or giving it back."""

    DONE = "done"
    UNKNOWN = "unknown"  # no such task at this office
    TAKEN = "taken"  # by somebody else, a person or a worker
    OVER = "over"  # it is not open any more


@dataclass(frozen=True)
class TaskDesk:
    """The tasks of all offices; each call names the services of the office that asks."""

    database: CentralDatabase

    def entries(self, services: Collection[str], most: int) -> tuple[TaskEntry, ...]:
        """Return the open tasks of these services, the first due first, at most so many."""
        wanted = (
            sa.select(
                ApplicationRow.serial,
                ApplicationRow.case_number,
                TaskRow.service,
                TaskRow.state,
                ApplicationRow.due_on,
                TaskRow.due_on,
                sa.func.coalesce(TaskHolderRow.account, ""),
            )
            .join(ApplicationRow, ApplicationRow.id == TaskRow.application_id)
            .join(TaskHolderRow, _SAME, isouter=True)
            .where(*self._mine(services))
            .order_by(ApplicationRow.due_on, ApplicationRow.serial, TaskRow.service)
            .limit(most)
        )
        return self.database.read(
            lambda session: tuple(TaskEntry(*row) for row in session.execute(wanted))
        )

    def count(self, services: Collection[str]) -> int:
        """Return how many open tasks these services have."""
        wanted = sa.select(sa.func.count()).select_from(TaskRow)
        wanted = wanted.join(ApplicationRow, ApplicationRow.id == TaskRow.application_id)
        wanted = wanted.where(*self._mine(services))
        return self.database.read(lambda session: session.scalar(wanted) or 0)

    def take(
        self, serial: int, service: str, services: Collection[str], now: float, event: WebEvent
    ) -> TaskOutcome:
        """Let the account of `event` work on a task of a case (`serial`); `now` in seconds.

        What is ready becomes working. A task that a worker holds just now is not given.
        """

        def work(session: Session) -> TaskOutcome:
            task = self._find(session, serial, service, services)
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
            record_web_event(session, event)
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
            task = self._find(session, serial, service, services)
            if task is None:
                return TaskOutcome.UNKNOWN
            held = session.get(TaskHolderRow, (task.application_id, service))
            if held is None:
                return TaskOutcome.OVER
            if holders is not None and held.account not in holders:
                return TaskOutcome.TAKEN
            session.delete(held)
            record_web_event(session, event)
            return TaskOutcome.DONE

        return self.database.write(work)

    def _find(
        self, session: Session, serial: int, service: str, services: Collection[str]
    ) -> TaskRow | None:
        if service not in services or serial > LARGEST_SERIAL:
            return None
        case = sa.select(ApplicationRow.id).where(
            ApplicationRow.serial == serial, ~ApplicationRow.awaiting
        )
        mine = TaskRow.application_id == case.scalar_subquery(), TaskRow.service == service
        return session.scalar(sa.select(TaskRow).where(*mine).with_for_update())

    def _mine(self, services: Collection[str]) -> tuple[sa.ColumnElement[bool], ...]:
        return (
            TaskRow.service.in_(services),
            TaskRow.state.in_(OPEN_STATES),
            ~ApplicationRow.awaiting,
        )


_SAME = sa.and_(
    TaskHolderRow.application_id == TaskRow.application_id,
    TaskHolderRow.service == TaskRow.service,
)
