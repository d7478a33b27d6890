"""Moves of the tasks of one case, in few statements: a worker makes them for each task.

On PostgreSQL a move and what follows from it is one statement; SQLite, which has no statement that
writes several tables, gets them one by one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

import sqlalchemy as sa

from central import tasks
from central.store.alarms import end_alarm
from central.store.office_tables import OfficeQueueRow
from central.store.open_part_tables import OpenPartRow
from central.store.tables import ApplicationRow, TaskRow
from central.store.task_moves import note_moves
from central.store.webhook_tables import OfficeWebhookRow
from central.tasks import MovedTask, TaskState

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.orm import Session

    from central.tasks import TaskMove


@dataclass(frozen=True)
class LockedCase:
    """A case whose row is locked until the transaction ends.

    `is_open`: as it stands in that row. `person`: its keyed hash. `states` of its services, and the
    `leases` of their tasks. `served`: offices with workers. `has_webhooks`: whether any office's
    system is told of events.
    """

    id: str
    case_number: str
    person: str
    is_open: bool
    awaiting: bool
    states: Mapping[str, TaskState]
    leases: Mapping[str, str] = field(repr=False)
    served: frozenset[str]
    has_webhooks: bool


def lock_case(session: Session, application_id: str) -> LockedCase | None:
    """Lock a case and return it with its tasks; None for none.

    Locking writes the row as it is: see `central.store.cases.cases.application_of`. Who claims one
    of the tasks meanwhile waits, and then sees what became of it.
    """
    line, case = session.connection(), {"case": application_id}
    embedded = line.dialect.name == "sqlite"
    found = line.execute(_READING if embedded else _LOCKING, case).first()
    if found is None:
        return None
    rows = line.execute(_TASKS_OF_CASE, case).all()
    served = rows[0].served if rows else ""
    return LockedCase(
        id=application_id,
        case_number=found.case_number,
        person=found.person,
        is_open=found.open,
        awaiting=found.awaiting,
        states={row.service: row.state for row in rows},
        leases={row.service: row.lease for row in rows},
        served=frozenset((served or "").split()),
        has_webhooks=any(row.has_webhooks for row in rows),
    )


@dataclass(frozen=True)
class CaseMove:
    """Moves of the tasks of one case at a time (`at`, ISO 8601), and its states after them.

    `steps`: the first was decided by `account`, "" for nobody, the others followed. `job`: the
    number of the job that is done with this, 0 for none. `parts`: those that are under way after
    this, in order.
    """

    case: LockedCase
    steps: Mapping[str, TaskMove]
    after: Mapping[str, TaskState]
    at: str
    parts: list[str]
    account: str = ""
    job: int = 0

    @property
    def is_open(self) -> bool:
        """Tell whether a task of the case has not ended."""
        return any(state not in tasks.ENDS for state in self.after.values())

    @property
    def moved(self) -> Sequence[MovedTask]:
        """Return the tasks that moved, the one that was decided first."""
        return [MovedTask(self.case.id, code, step.state) for code, step in self.steps.items()]


def write_moves(session: Session, move: CaseMove) -> None:
    """Write what `move` says of a locked case.

    Each task gets its state and a record of it, is due at once and belongs to no worker. Its
    deadline is looked at again, failed calls of before are over, and parts that have ended hold
    nothing back any more.
    """
    line = session.connection()
    if line.dialect.name == "sqlite":
        _write_one_by_one(session, move)
        return
    steps = move.steps
    said = {
        "case": move.case.id,
        "at": move.at,
        "account": move.account,
        "first": next(iter(steps)),
        "services": list(steps),
        "states": [step.state.name for step in steps.values()],
        "reasons": [step.reason for step in steps.values()],
        "days": [step.due_on for step in steps.values()],
        "parts": move.parts,
        "closed": not move.is_open,
        "job": move.job,
    }
    for alarm in line.scalars(_MOVING, said).all():
        if alarm:
            end_alarm(session, alarm, move.at)


def _write_one_by_one(session: Session, move: CaseMove) -> None:
    line, case = session.connection(), move.case
    rows = [
        {"case": case.id, "code": code, "to": step.state, "why": step.reason, "until": step.due_on}
        for code, step in move.steps.items()
    ]
    line.execute(_MOVING_TASK.values(changed_at=move.at), rows)
    note_moves(session, move.moved, move.at, move.account)
    ended = _PARTS.c.application_id == case.id, _PARTS.c.part.not_in(move.parts)
    line.execute(sa.delete(_PARTS).where(*ended))
    if not move.is_open:
        close_case(session, case, move.at)


def close_case(session: Session, case: LockedCase, at: str) -> None:
    """Close a locked case at a time (`at`, ISO 8601); none of its parts is under way any more."""
    line = session.connection()
    line.execute(sa.delete(_PARTS).where(_PARTS.c.application_id == case.id))
    closing = sa.update(_CASES).where(_CASES.c.id == case.id)
    line.execute(closing.values(open=False, closed_at=at))


def cases_left_open(session: Session) -> tuple[str, ...]:
    """Return the ids of the open cases whose tasks have all ended, oldest first."""
    return tuple(session.connection().scalars(_LEFT_OPEN))


_CASES = cast("sa.Table", ApplicationRow.__table__)
_TASKS = cast("sa.Table", TaskRow.__table__)
_PARTS = cast("sa.Table", OpenPartRow.__table__)
_QUEUES = cast("sa.Table", OfficeQueueRow.__table__)
_WEBHOOKS = cast("sa.Table", OfficeWebhookRow.__table__)
_SAID = _CASES.c.case_number, _CASES.c.person, _CASES.c.open, _CASES.c.awaiting
_OF_CASE = _CASES.c.id == sa.bindparam("case")
_READING = sa.select(*_SAID).where(_OF_CASE)
_LOCKING = sa.update(_CASES).where(_OF_CASE).values(open=_CASES.c.open).returning(*_SAID)
_SERVED = sa.select(sa.func.aggregate_strings(_QUEUES.c.office, " "))
_TASKS_OF_CASE = (
    sa.select(
        _TASKS.c.service,
        _TASKS.c.state,
        _TASKS.c.lease,
        sa.select(sa.func.aggregate_strings(_QUEUES.c.office, " "))
        .scalar_subquery()
        .label("served"),
        sa.exists().select_from(_WEBHOOKS).label("has_webhooks"),
    )
    .where(_TASKS.c.application_id == sa.bindparam("case"))
    .with_for_update(of=_TASKS)
)
_MOVING_TASK = (
    sa.update(_TASKS)
    .where(_TASKS.c.application_id == sa.bindparam("case"))
    .where(_TASKS.c.service == sa.bindparam("code"))
    .values(
        state=sa.bindparam("to"),
        reason=sa.bindparam("why"),
        due_on=sa.bindparam("until"),
        lease="",
        leased_until=0.0,
        look_at=0.0,
    )
)
_LEFT_OPEN = (
    sa.select(_CASES.c.id)
    .where(_CASES.c.open, sa.not_(_CASES.c.awaiting))
    .where(sa.exists().where(_TASKS.c.application_id == _CASES.c.id))
    .where(
        ~sa.exists().where(
            _TASKS.c.application_id == _CASES.c.id, _TASKS.c.state.not_in(tasks.ENDS)
        )
    )
    .order_by(_CASES.c.serial)
)
# PostgreSQL: each part sees the tables as they were before; none reads what another writes.
_MOVING = sa.text("""
    WITH step AS (
        SELECT * FROM unnest(
            CAST(:services AS text[]), CAST(:states AS text[]), CAST(:reasons AS text[]),
            CAST(:days AS text[])
        ) AS said (service, state, reason, due_on)
    ), moving AS (
        UPDATE task SET state = step.state, reason = step.reason, due_on = step.due_on,
            changed_at = :at, lease = '', leased_until = 0, look_at = 0
        FROM step WHERE task.application_id = :case AND task.service = step.service
    ), recording AS (
        INSERT INTO task_move (application_id, service, state, at, account)
        SELECT :case, service, state, :at, CASE service WHEN :first THEN :account ELSE '' END
        FROM step
    ), looking AS (
        UPDATE task_deadline SET looked_on = ''
        WHERE application_id = :case AND service = ANY (CAST(:services AS text[]))
    ), ending AS (
        DELETE FROM open_part
        WHERE application_id = :case AND part <> ALL (CAST(:parts AS text[]))
    ), closing AS (
        UPDATE application SET open = false, closed_at = :at WHERE id = :case AND :closed
    ), working AS (
        DELETE FROM pgqueuer WHERE id = :job
    ), forgetting AS (
        DELETE FROM task_failure
        WHERE application_id = :case AND service = ANY (CAST(:services AS text[]))
        RETURNING alarm
    )
    SELECT alarm FROM forgetting
""")
