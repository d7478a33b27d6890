"""One look at an application's progress."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from central.confirmation import FilingConfirmation
from central.tasks import TaskState

if TYPE_CHECKING:
    from central.store.database import CentralDatabase

_LOOK = """
    SELECT mine.id, mine.case_number, mine.received_at, mine.due_on, mine.open,
        CASE WHEN mine.open THEN mine.envelope END AS envelope,
        (SELECT {array}({object}(service, state, changed_at, reason, due_on)) FROM task
            WHERE application_id = mine.id) AS tasks,
        (SELECT count(*) FROM paper WHERE application_id = mine.id)
            - (SELECT count(*) FROM blob WHERE received_at <> ''
                AND digest IN (SELECT blob FROM paper WHERE application_id = mine.id)) AS missing,
        confirmation.state, confirmation.until
    FROM application AS mine LEFT JOIN confirmation ON application_id = mine.id
    WHERE mine.id = :id
"""
_POSTGRESQL = sa.text(_LOOK.format(array="json_agg", object="json_build_array"))
_SQLITE = sa.text(_LOOK.format(array="json_group_array", object="json_array"))


@dataclass(frozen=True)
class TaskProgress:
    """How a service stands; times and days are ISO 8601."""

    service: str
    state: TaskState
    changed_at: str
    reason: str
    due_on: str


@dataclass(frozen=True)
class ProgressLook:
    """How an application stands; `tasks` in the order of their codes.

    `envelope` is b"" for a closed case: the key to it may be gone. `missing`: pages that were named
    and are not here. `confirmation` is None where the person filed; `until`: the last day to
    confirm.
    """

    id: str
    case_number: str
    received_at: str
    due_on: str
    open: bool
    envelope: bytes
    tasks: tuple[TaskProgress, ...]
    missing: int
    confirmation: FilingConfirmation | None
    until: str


def look_at_progress(database: CentralDatabase, application_id: str) -> ProgressLook | None:
    """Return how an application stands, None for an unknown one."""
    query = _SQLITE if database.embedded else _POSTGRESQL
    row = database.look(query, {"id": application_id})
    if row is None:
        return None
    tasks = json.loads(row.tasks) if database.embedded else row.tasks
    return ProgressLook(
        id=row.id,
        case_number=row.case_number,
        received_at=row.received_at,
        due_on=row.due_on,
        open=bool(row.open),
        envelope=bytes(row.envelope or b""),
        tasks=tuple(
            TaskProgress(code, TaskState[state], changed_at, reason, due_on)
            for code, state, changed_at, reason, due_on in sorted(tasks or ())
        ),
        missing=row.missing,
        confirmation=FilingConfirmation[row.state] if row.state else None,
        until=row.until or "",
    )
