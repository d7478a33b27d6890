"""Port to the queue that brings the tasks of each office to its workers.

`EmbeddedQueue` is that of SQLite, with one worker an office in one process; `PgQueuerQueue` that of
PostgreSQL, with any number of processes on any hosts.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from threading import Event
from typing import Protocol

from central.store.cases.work import TaskClaim


@dataclass(frozen=True)
class OfficeWork:
    """How the tasks of one office are worked.

    `services`: those of the office. `concurrency`: calls at once, of all processes together.
    `lease_seconds`: for how long a task is claimed. `look` looks at a claimed task; it raises only
    for a bug or when the database does not answer, and the task is looked at again after its lease.
    """

    office: str
    services: Collection[str]
    concurrency: int
    lease_seconds: float
    look: Callable[[TaskClaim], None]


class TaskQueue(Protocol):
    """Brings due tasks to workers, each to one worker at a time."""

    def run(self, offices: Sequence[OfficeWork], stop: Event) -> None:
        """Work the tasks of these offices until `stop` is set; then end the tasks in hand."""
