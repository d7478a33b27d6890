"""A bare PgQueuer worker: jobs that make the same HTTP call as the task engine, and nothing else.

python -m script.benches.central.bare_queue FOLDER DATABASE SKEW < SYSTEMS, as
tests/central/offices/worker_process.py; FOLDER and SKEW are not used.
"""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from pgqueuer.adapters.persistence.queries import Queries
from pgqueuer.core.qm import QueueManager
from pgqueuer.domain.models import Job

from central.offices.http_exchange import HttpAnswer, HttpCall, HttpLimits
from central.offices.job_driver import connected_driver
from central.offices.kept_connections import KeptConnections
from central.store.database_url import libpq_url
from tests.central.offices.worker_hosts import READY
from tests.central.offices.worker_process import CONCURRENCY

LIMITS = HttpLimits(seconds=10.0, longest_bytes=65_536)
BATCH = 10


async def work(database: str, systems: Mapping[str, str]) -> None:
    """Work jobs until SIGTERM."""
    address = libpq_url(database)
    with ThreadPoolExecutor(CONCURRENCY * len(systems)) as pool:
        async with connected_driver(address) as driver:
            manager = QueueManager(Queries(driver))
            loop = asyncio.get_running_loop()
            loop.add_signal_handler(signal.SIGTERM, manager.shutdown.set)
            print(READY, flush=True)
            for office, url in systems.items():
                entrypoint = manager.entrypoint(office, concurrency_limit=CONCURRENCY)
                entrypoint(_job_work(url, pool))
            await manager.run(batch_size=BATCH, dequeue_timeout=timedelta(seconds=5))


def _job_work(url: str, pool: ThreadPoolExecutor) -> Callable[[Job], Awaitable[None]]:
    lines = KeptConnections()

    async def run(job: Job) -> None:
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(pool, _call, lines, url, job.payload or b"")

    return run


def _call(lines: KeptConnections, url: str, payload: bytes) -> None:
    case, service = payload.decode().split()
    key = f"{case}.{service}.0"
    said = {"case": case, "service": service, "round": 0, "due_on": "", "view": {}}
    headers = {"Content-Type": "application/json", "Idempotency-Key": key}
    call = HttpCall("PUT", f"{url}/tasks/{key}", headers, json.dumps(said).encode())
    answer = lines.exchange(call, LIMITS)
    assert isinstance(answer, HttpAnswer), answer


def main() -> None:
    """Work the jobs of a database until SIGTERM."""
    _folder, database, _skew = sys.argv[1:]
    asyncio.run(work(database, json.load(sys.stdin)))


if __name__ == "__main__":
    main()
