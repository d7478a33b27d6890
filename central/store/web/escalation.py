"""What is late, for who answers for it: parts whose last day is over, bad ratings to answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from central.store.office_tables import TaskDeadlineRow
from central.store.rating_tables import RatingFollowUpRow
from central.store.tables import ApplicationRow, TaskRow
from central.store.web.tables import TaskHolderRow
from central.store.web.task_desk import DEADLINE, OPEN_STATES
from central.tasks import TaskState

if TYPE_CHECKING:
    from collections.abc import Mapping

    from central.store.database import CentralDatabase

OVERDUE = "overdue"
"""The level (`DeadlineLevel`) of a part whose last day is over."""


@dataclass(frozen=True)
class OverduePart:
    """A part whose last day, `due_on` (ISO), is over; `holder`: who works on it, "" for nobody."""

    due_on: str
    case_number: str
    service: str
    state: TaskState
    holder: str


@dataclass(frozen=True)
class OpenFollowUp:
    """A bad rating without an answer yet: whose, "" for the visit at a point, and the last day."""

    office: str
    due_on: str


@dataclass(frozen=True)
class Escalation:
    """Late parts and ratings of all offices; no content, and nobody who rated."""

    database: CentralDatabase

    def levels(self) -> Mapping[tuple[str, str], int]:
        """Return how many open parts stand at each service and level of its deadline."""
        wanted = (
            sa.select(TaskRow.service, TaskDeadlineRow.level, sa.func.count())
            .join(TaskDeadlineRow, DEADLINE)
            .join(ApplicationRow, ApplicationRow.id == TaskRow.application_id)
            .where(*_IS_OPEN)
            .group_by(TaskRow.service, TaskDeadlineRow.level)
        )
        found = self.database.read(lambda session: session.execute(wanted).all())
        return {(service, level): count for service, level, count in found}

    def overdue(self, most: int) -> tuple[OverduePart, ...]:
        """Return the overdue parts, the longest overdue first, at most so many."""
        held = sa.and_(
            TaskHolderRow.application_id == TaskRow.application_id,
            TaskHolderRow.service == TaskRow.service,
        )
        wanted = (
            sa.select(
                TaskDeadlineRow.due_on,
                ApplicationRow.case_number,
                TaskRow.service,
                TaskRow.state,
                sa.func.coalesce(TaskHolderRow.account, ""),
            )
            .select_from(TaskRow)
            .join(TaskDeadlineRow, DEADLINE)
            .join(ApplicationRow, ApplicationRow.id == TaskRow.application_id)
            .join(TaskHolderRow, held, isouter=True)
            .where(*_IS_OPEN, TaskDeadlineRow.level == OVERDUE)
            .order_by(TaskDeadlineRow.due_on, ApplicationRow.serial, TaskRow.service)
            .limit(most)
        )
        return self.database.read(
            lambda session: tuple(OverduePart(*row) for row in session.execute(wanted))
        )

    def follow_ups(self) -> tuple[OpenFollowUp, ...]:
        """Return the bad ratings to answer, the first due first."""
        row = RatingFollowUpRow
        wanted = sa.select(row.office, row.due_on).where(row.answered_at == "")
        ordered = wanted.order_by(row.due_on, row.office)
        return self.database.read(
            lambda session: tuple(OpenFollowUp(*one) for one in session.execute(ordered))
        )


_IS_OPEN = (TaskRow.state.in_(OPEN_STATES), ~ApplicationRow.awaiting)
