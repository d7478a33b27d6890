"""Claim of one task in one statement (PostgreSQL); a worker makes it for each job."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from central.confirmation import SeenFacts
from central.store.cases.work import DEAD, HELD, TaskClaim
from central.store.tables import ApplicationRow, ConfirmationRow, CorrectionRow, TaskRow
from central.store.task_jobs import AT_THE_OFFICE

if TYPE_CHECKING:
    from datetime import timedelta

    from central.store.database import CentralDatabase

DATABASE_CLOCK = sa.extract("epoch", sa.func.clock_timestamp())
ROUNDING_SECONDS = 0.001  # of times that are kept as floats


def claim_at_once(
    database: CentralDatabase, task: tuple[str, str], lease: str, length: timedelta, job: int
) -> TaskClaim | None:
    """Claim a task, an application's id and a service, if that is possible without waiting.

    None says that it is not, or that a transaction holds the task's row just now: who needs to know
    looks in a transaction of its own. The claim waits for no flush; after a crash of the database
    another worker may claim the task, too, and the move of the first is dropped.

    `lease`: the unique name of this claim, `length`: how long it lasts, `job`: the number of the
    job that asks.
    """
    values = {
        "case": task[0],
        "code": task[1],
        "name": lease,
        "length": length.total_seconds(),
    }
    row = database.put_down_row(_CLAIMING, values)
    if row is None:
        return None
    wrong, mark = row.facts_wrong, row.facts_mark
    return TaskClaim(
        application_id=task[0],
        service=task[1],
        lease=lease,
        serial=row.serial,
        state=row.state,
        since=row.changed_at,
        due_on=row.due_on,
        received_at=row.received_at,
        envelope=row.envelope,
        seen_facts=SeenFacts() if mark is None else SeenFacts(mark, tuple(wrong.split())),
        corrections=tuple(row.corrections),
        job=job,
    )


def _said_on_confirming(column: Any) -> sa.Label[Any]:
    mine = ConfirmationRow.application_id == TaskRow.application_id
    return sa.select(column).where(mine).scalar_subquery().label(column.key)


_TASKS = cast("sa.Table", TaskRow.__table__)
_CASES = cast("sa.Table", ApplicationRow.__table__)
_CORRECTIONS = cast("sa.Table", CorrectionRow.__table__)
_MINE = _TASKS.c.application_id == sa.bindparam("case"), _TASKS.c.service == sa.bindparam("code")
_IS_FREE = sa.or_(
    _TASKS.c.leased_until <= DATABASE_CLOCK,
    # A statement whose answer was lost with the connection is sent again.
    _TASKS.c.lease == sa.bindparam("name"),
)
_DUE = (
    sa.select(_TASKS.c.application_id)
    .where(*_MINE, _IS_FREE, _TASKS.c.state.in_(AT_THE_OFFICE), ~HELD, ~DEAD)
    .where(_TASKS.c.look_at <= DATABASE_CLOCK + ROUNDING_SECONDS)
    .with_for_update(of=_TASKS, skip_locked=True)
    .correlate(None)  # the table of the update is another look at the same rows
    .scalar_subquery()
)
_BROUGHT = (
    sa.select(_CORRECTIONS.c.envelope)
    .where(_CORRECTIONS.c.application_id == _TASKS.c.application_id)
    .where(_CORRECTIONS.c.service == _TASKS.c.service)
    .order_by(_CORRECTIONS.c.number)
    .scalar_subquery()
)
_CLAIMING = (
    sa.update(_TASKS)
    .where(*_MINE, _TASKS.c.application_id == _DUE)
    .where(_CASES.c.id == _TASKS.c.application_id, sa.not_(_CASES.c.awaiting))
    .values(
        lease=sa.bindparam("name"),
        leased_until=DATABASE_CLOCK + sa.bindparam("length", type_=sa.Float),
    )
    .returning(
        _TASKS.c.state,
        _TASKS.c.changed_at,
        _TASKS.c.due_on,
        _CASES.c.serial,
        _CASES.c.received_at,
        _CASES.c.envelope,
        _said_on_confirming(ConfirmationRow.facts_mark),
        _said_on_confirming(ConfirmationRow.facts_wrong),
        sa.func.array(_BROUGHT, type_=postgresql.ARRAY(sa.LargeBinary)).label("corrections"),
    )
)
