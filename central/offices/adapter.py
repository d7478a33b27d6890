"""What passes between the central service and one office? The port that each office's system fills.

An adapter may be asked the same thing again at any time (a process died, an answer was lost): it
must be idempotent by application id, service and round.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from central.tasks import TaskMove, TaskState

View = Callable[[dict[str, Any], str], dict[str, Any]]
"""What of an application the office of a service may see."""


@dataclass(frozen=True)
class Assignment:
    """One service of one case, as its office gets it; `round` counts the corrections handed in."""

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
    """Nothing yet: look again then."""

    until: datetime


Decision = TaskMove | OfficeWait


class OfficeAdapter(Protocol):
    """One or all offices."""

    def handle(self, assignment: Assignment, now: datetime) -> Decision:
        """Take the assignment (again) and say how far it is."""
