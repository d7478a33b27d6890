"""The queue of SQLite: one worker an office, a thread each, looks for tasks that are due."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event, Thread

from central.offices.task_queue import OfficeWork
from central.store.cases.work import Work

LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class EmbeddedQueue:
    """Looks for due tasks in the rows themselves, every `pause_seconds` when there are none.

    `new_lease` makes unique names.
    """

    work: Work
    now: Callable[[], datetime]
    new_lease: Callable[[], str]
    pause_seconds: float

    def run(self, offices: Sequence[OfficeWork], stop: Event) -> None:
        """Work the tasks of these offices until `stop` is set; then end the tasks in hand."""
        threads = [
            Thread(target=self._run, args=(one, stop), name=f"office {one.office}")
            for one in offices
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _run(self, office: OfficeWork, stop: Event) -> None:
        while not stop.is_set():
            try:
                found = self._look_at_next(office)
            except Exception:
                LOG.exception("the worker of office %s goes on after this", office.office)
                found = False
            if not found:
                stop.wait(self.pause_seconds)

    def _look_at_next(self, office: OfficeWork) -> bool:
        length = timedelta(seconds=office.lease_seconds)
        claims = self.work.claim(self.new_lease(), self.now(), length, 1, office.services)
        for claim in claims:
            office.look(claim)
        return bool(claims)
