"""The record of a task's moves, from which its deadline is counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from central.store.office_tables import TaskDeadlineRow, TaskMoveRow

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from central.store.tables import TaskRow


def note_move(session: Session, task: TaskRow, at: str) -> None:
    """Record that a task came into its state, so that its deadline is looked at again.

    `at`: the time in ISO 8601.
    """
    case, service, row = task.application_id, task.service, TaskDeadlineRow
    session.add(TaskMoveRow(application_id=case, service=service, state=task.state, at=at))
    mine = row.application_id == case, row.service == service
    session.execute(sa.update(TaskDeadlineRow).where(*mine).values(looked_on=""))
