"""What follows from each move of a task: its record, a new look at its deadline, no failures."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import sqlalchemy as sa

from central.store.alarms import end_alarm
from central.store.office_tables import TaskDeadlineRow, TaskFailureRow, TaskMoveRow

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from central.store.tables import TaskRow
    from central.tasks import MovedTask


def note_moves(
    session: Session, moved: Sequence[MovedTask | TaskRow], at: str, account: str = ""
) -> None:
    """Record that tasks of one case came into their states.

    Their deadlines are looked at again, and failed calls of before, with the alarm of a dead
    letter, are over, whoever moved them. `at`: the time in ISO 8601. `account`: who at the office's
    desk decided the move of the first, "" for nobody; the others followed from it.
    """
    case, services = moved[0].application_id, [task.service for task in moved]
    rows = [
        {"application_id": case, "service": task.service, "state": task.state, "at": at}
        for task in moved
    ]
    for row in rows:
        row["account"] = account if row is rows[0] else ""
    # Tables instead of classes: the workers do this for each task, and nobody holds such a row.
    line = session.connection()
    line.execute(sa.insert(_MOVES), rows)
    mine = _DEADLINES.c.application_id == case, _DEADLINES.c.service.in_(services)
    line.execute(sa.update(_DEADLINES).where(*mine).values(looked_on=""))
    failed = _FAILURES.c.application_id == case, _FAILURES.c.service.in_(services)
    forgotten = sa.delete(_FAILURES).where(*failed).returning(_FAILURES.c.alarm)
    for alarm in line.scalars(forgotten).all():
        if alarm:
            end_alarm(session, alarm, at)


_MOVES = cast("sa.Table", TaskMoveRow.__table__)
_DEADLINES = cast("sa.Table", TaskDeadlineRow.__table__)
_FAILURES = cast("sa.Table", TaskFailureRow.__table__)
