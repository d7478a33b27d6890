"""The offices' loop of before: one thread works all offices, one task after the other.

python -m script.benches.central.old_loop FOLDER DATABASE SKEW < SYSTEMS, as
tests/central/offices/worker_process.py. It has no circuit breaker, and its leases are of its own
clock.
"""

from __future__ import annotations

import json
import signal
import sys
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event

from central.offices.adapter import Assignment, Decision
from central.offices.rest_adapter import RestAdapter
from tests.central.offices.test_engine import quick_system
from tests.central.offices.test_offices import offices as office_worker
from tests.central.offices.worker_hosts import READY
from tests.central.standing import NOON, all_needs, result_rules, standing

PAUSE_SECONDS = 0.1


@dataclass(frozen=True)
class EveryOffice:
    """One adapter for all offices, by the office of each service."""

    adapters: Mapping[str, RestAdapter]
    offices: Mapping[str, str]

    def handle(self, assignment: Assignment, now: datetime) -> Decision:
        """Ask the office of the assignment's service."""
        return self.adapters[self.offices[assignment.service]].handle(assignment, now)


def main() -> None:
    """Work until SIGTERM."""
    folder, database, skew = sys.argv[1:]
    systems, stop, began = json.load(sys.stdin), Event(), time.monotonic()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    print(READY, flush=True)
    with standing(Path(folder), database, needs=all_needs()) as central:
        adapters = {
            code: RestAdapter(quick_system(url), "", result_rules())
            for code, url in systems.items()
        }
        offices = central.office.store.task_claims.rules.offices
        ahead = timedelta(seconds=float(skew))
        worker = replace(
            office_worker(central, adapter=EveryOffice(adapters, offices)),
            now=lambda: NOON + ahead + timedelta(seconds=time.monotonic() - began),
            new_lease=lambda: str(uuid.uuid4()),
            retry=timedelta(seconds=1),
        )
        while not stop.wait(PAUSE_SECONDS):
            worker.work()


if __name__ == "__main__":
    main()
