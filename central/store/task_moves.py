"""What follows from each move of a task: its record, a new look at its deadline, no failures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from central.store.alarms import end_alarm
from central.store.office_tables import TaskDeadlineRow, TaskFailureRow, TaskMoveRow

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from central.store.tables import TaskRow


def note_move(session: Session, task: TaskRow, at: str, account: str = "") -> None:
    """Record that a task came into its state.

    Its deadline is looked at again, and failed calls of before, with the alarm of a dead letter,
    are over, whoever moved it. `at`: the time in ISO 8601. `account`: who at the office's desk
    decided it, "" for nobody.
    """
    case, service = task.application_id, task.service
    moved = TaskMoveRow(application_id=case, service=service, state=task.state, at=at)
    moved.account = account
    session.add(moved)
    row, failed = TaskDeadlineRow, TaskFailureRow
    mine = row.application_id == case, row.service == service
    session.execute(sa.update(row).where(*mine).values(looked_on=""))
    forgotten = sa.delete(failed).where(failed.application_id == case, failed.service == service)
    for alarm in session.scalars(forgotten.returning(failed.alarm)).all():
        if alarm:
            end_alarm(session, alarm, at)
