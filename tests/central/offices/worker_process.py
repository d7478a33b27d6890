"""A worker of the offices as a process that a test can kill, with a clock of its own.

python -m tests.central.offices.worker_process FOLDER DATABASE SKEW_SECONDS < SYSTEMS: the folder of a
`standing` service, and the office systems' addresses as JSON on standard input.
"""

from __future__ import annotations

import json
import signal
import sys
import time
import uuid
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event

from central.offices.rest_adapter import RestAdapter
from central.operator.work_commands import compose_office_work, run_workers
from tests.central.offices.test_engine import hasten, quick_system
from tests.central.offices.test_offices import offices as office_worker
from tests.central.offices.worker_hosts import READY
from tests.central.standing import NOON, Standing, all_needs, result_rules, standing

CONCURRENCY = 3


def work(central: Standing, database: str, systems: Mapping[str, str], skew: timedelta) -> None:
    """Work until SIGTERM; the clock is ahead of the service's by `skew`, and goes on."""
    stop, began = Event(), time.monotonic()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    print(READY, flush=True)  # noqa: T201

    def now() -> datetime:
        return NOON + skew + timedelta(seconds=time.monotonic() - began)

    offices = []
    for code, url in systems.items():
        system = replace(quick_system(url), concurrency=CONCURRENCY)
        adapter = RestAdapter(system, "", result_rules())
        leases = {"new_lease": lambda: str(uuid.uuid4()), "now": now}
        worker = office_worker(central, adapter=adapter, **leases)
        offices.append(compose_office_work(central.office, code, system, worker))
    run_workers(central.office, database, offices, stop)


def main() -> None:
    folder, database, skew = sys.argv[1:]
    systems = json.load(sys.stdin)
    with standing(Path(folder), database, needs=all_needs()) as central:
        hasten(central)
        work(central, database, systems, timedelta(seconds=float(skew)))


if __name__ == "__main__":
    main()
