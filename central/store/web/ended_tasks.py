"""Tasks of an office that ended, newest first; no content of an application is read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from central.store.office_tables import TaskMoveRow
from central.store.tables import ApplicationRow, TaskRow
from central.tasks import ENDS, TaskState

if TYPE_CHECKING:
    from collections.abc import Collection

    from central.store.database import CentralDatabase


@dataclass(frozen=True)
class EndedTask:
    """A task that ended `at` a time (ISO 8601).

    `serial` counts cases. `account`: who decided it at the desk, "" for a system or the person.
    """

    serial: int
    case_number: str
    service: str
    state: TaskState
    at: str
    account: str


@dataclass(frozen=True)
class EndedSearch:
    """Which ended tasks are wanted: of these services, not before `since` (ISO 8601).

    `digits`: those of the case's number, or its last ones, "" for all.
    """

    services: Collection[str]
    since: str
    digits: str = ""


@dataclass(frozen=True)
class EndedTasks:
    """The ended tasks of all offices; each call names the services of the office that asks."""

    database: CentralDatabase

    def entries(self, search: EndedSearch, most: int) -> tuple[EndedTask, ...]:
        """Return the newest of the tasks, at most so many."""
        wanted = (
            sa.select(
                ApplicationRow.serial,
                ApplicationRow.case_number,
                TaskRow.service,
                TaskRow.state,
                TaskRow.changed_at,
                sa.func.coalesce(_LAST_ACCOUNT, ""),
            )
            .join(ApplicationRow, ApplicationRow.id == TaskRow.application_id)
            .where(*_wanted(search))
            .order_by(TaskRow.changed_at.desc(), ApplicationRow.serial.desc(), TaskRow.service)
            .limit(most)
        )
        return self.database.read(
            lambda session: tuple(EndedTask(*row) for row in session.execute(wanted))
        )

    def count(self, search: EndedSearch) -> int:
        """Return how many of the tasks there are."""
        wanted = sa.select(sa.func.count()).select_from(TaskRow)
        wanted = wanted.join(ApplicationRow, ApplicationRow.id == TaskRow.application_id)
        found = wanted.where(*_wanted(search))
        return self.database.read(lambda session: session.scalar(found) or 0)


def _wanted(search: EndedSearch) -> tuple[sa.ColumnElement[bool], ...]:
    number = sa.func.replace(ApplicationRow.case_number, " ", "")
    return (
        TaskRow.service.in_(search.services),
        TaskRow.state.in_(ENDS),
        TaskRow.changed_at >= search.since,
        ~ApplicationRow.awaiting,
        number.endswith(search.digits, autoescape=True),
    )


_LAST_ACCOUNT = (
    sa.select(TaskMoveRow.account)
    .where(TaskMoveRow.application_id == TaskRow.application_id)
    .where(TaskMoveRow.service == TaskRow.service)
    .order_by(TaskMoveRow.number.desc())
    .limit(1)
    .correlate(TaskRow)
    .scalar_subquery()
)
