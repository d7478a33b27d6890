"""Events of tasks for the offices' systems, written in the transaction of what they tell."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

import sqlalchemy as sa

from central.store.tables import ApplicationRow
from central.store.webhook_tables import OfficeWebhookRow, WebhookMessageRow
from central.tasks import TaskState

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy.orm import Session

    from central.store.tables import TaskRow
    from central.tasks import MovedTask


class TaskEvent(StrEnum):
    """What an office's system is told of a task; the value is `type` in the contract."""

    ASSIGNED = "task.assigned"
    SUPPLEMENTED = "task.supplemented"  # what the office asked for came
    ASKED = "task.asked"
    PAUSED = "task.paused"
    RESUMED = "task.resumed"
    FINISHED = "task.finished"
    REFUSED = "task.refused"
    WITHDRAWN = "task.withdrawn"  # ended without a decision of the office


_EVENTS = {
    TaskState.READY: TaskEvent.ASSIGNED,
    TaskState.CORRECTION: TaskEvent.ASKED,
    TaskState.SUSPENDED: TaskEvent.PAUSED,
    TaskState.RESUMED: TaskEvent.RESUMED,
    TaskState.DONE: TaskEvent.FINISHED,
    TaskState.REFUSED: TaskEvent.REFUSED,
    TaskState.ENDED: TaskEvent.WITHDRAWN,
}


def event_of(before: TaskState, after: TaskState) -> TaskEvent | None:
    """Return the event of a move; None where the office never had the task, or knows it anyway."""
    if before is TaskState.WAITING and after is not TaskState.READY:
        return None
    if before is TaskState.CORRECTION and after is TaskState.READY:
        return TaskEvent.SUPPLEMENTED
    return _EVENTS.get(after)


def note_events(
    session: Session,
    events: Iterable[tuple[MovedTask | TaskRow, TaskEvent]],
    at: str,
    offices: Mapping[str, str],
) -> None:
    """Write each of `events`, of a task, for every webhook of the task's office.

    `at`: the time in ISO 8601. `offices`: the office of each service.
    """
    told = list(events)
    if not told:
        return
    hook, case = OfficeWebhookRow, ApplicationRow
    of_task = {id(task): offices.get(task.service, task.service) for task, _ in told}
    ids = {task.application_id for task, _ in told}
    wanted = sa.select(hook.client, hook.office, case.id, case.serial)
    wanted = wanted.join(case, case.id.in_(ids)).where(hook.office.in_(set(of_task.values())))
    rows = [
        {"client": client, "serial": serial, "service": task.service, "kind": event.value}
        for client, office, application_id, serial in session.connection().execute(wanted)
        for task, event in told
        if (office, application_id) == (of_task[id(task)], task.application_id)
    ]
    if rows:
        session.execute(sa.insert(WebhookMessageRow), [row | _fresh(at) for row in rows])


def _fresh(at: str) -> dict[str, object]:
    """Return the members of a message that nobody has sent yet."""
    said = {"at": at, "trouble": "", "dead_at": ""}
    return said | {"tries": 0, "look_at": 0.0, "failing_since": 0.0}
