"""The port between the central service and an office's own system.

An adapter may be asked the same thing again at any time (a process died, an answer was lost): it
must be idempotent by application id, service and round.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from central.tasks import TaskMove, TaskState


@dataclass(frozen=True)
class Assignment:
    """One service of one case, as it is handed to its office.

    `round` counts the corrections handed in, `since` is when the task came into `state`, `due_on`
    the last day (ISO 8601) to hand in a correction, `view` the part of the application the office
    may see.
    """

    application_id: str
    serial: int
    service: str
    round: int
    state: TaskState
    since: datetime
    due_on: str
    view: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True)
class OfficeWait:
    """The office has not decided yet; ask again at `until`."""

    until: datetime


Decision = TaskMove | OfficeWait


class OfficeAdapter(Protocol):
    """The system of one office, or of all."""

    def handle(self, assignment: Assignment, now: datetime) -> Decision:
        """Take the assignment, possibly again; return the decision or when to ask again."""
