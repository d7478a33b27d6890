"""The queue of PostgreSQL: PgQueuer's jobs "look at this task", one entrypoint an office.

PgQueuer gives each job to one worker, keeps the limit of each office over all processes, and gives
the job of a dead worker to another one. Which task is due, and who holds it, is decided by the
task's row (`central.store.cases.task_claims`). After a lost connection the queue begins anew.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from threading import Event

import psycopg
from pgqueuer.adapters.persistence.queries import Queries
from pgqueuer.core.qm import QueueManager
from pgqueuer.domain.errors import PgqException, RetryRequested
from pgqueuer.domain.models import Job

from central.offices.job_driver import connected_driver
from central.offices.task_queue import OfficeWork
from central.store.cases.task_claims import TaskClaims
from central.store.task_jobs import task_of

LOG = logging.getLogger(__name__)
_IDLE = timedelta(seconds=5)
_BATCH = 10


@dataclass(frozen=True)
class QueuePace:
    """Times of the queue in seconds.

    `heartbeat`: a worker that says nothing for so long is dead. `sweep`: how often missing jobs are
    looked for, of tasks that have been due for `grace`. `reconnect`: the pause after a lost
    connection, and after a job that ended in an error.
    """

    heartbeat: float
    sweep: float
    grace: float
    reconnect: float


@dataclass(frozen=True)
class PgQueuerQueue:
    """Works jobs of the database at `address`, a URL of libpq; `new_lease` makes unique names."""

    address: str
    claims: TaskClaims
    new_lease: Callable[[], str]
    pace: QueuePace

    def run(self, offices: Sequence[OfficeWork], stop: Event) -> None:
        """Work the tasks of these offices until `stop` is set; then end the tasks in hand."""
        # Besides the calls: the look for missing jobs, and the wait for the end.
        threads = sum(one.concurrency for one in offices) + 2
        with ThreadPoolExecutor(threads, "office") as pool:
            try:
                asyncio.run(self._run(offices, stop, pool))
            finally:
                stop.set()  # a bug must end the process, and threads of the pool wait for this

    async def _run(
        self, offices: Sequence[OfficeWork], stop: Event, pool: ThreadPoolExecutor
    ) -> None:
        stopped = asyncio.Event()
        waiting = asyncio.create_task(_pass_on(stop, stopped, pool))
        sweeping = asyncio.create_task(self._sweep(offices, stopped, pool))
        while not stopped.is_set():
            try:
                await self._serve(offices, stopped, pool)
            except (psycopg.Error, OSError, RuntimeError, PgqException) as error:
                LOG.warning("the queue lost its database and begins anew: %s", error)
                await _pause(self.pace.reconnect, stopped)
        await asyncio.gather(waiting, sweeping)

    async def _serve(
        self, offices: Sequence[OfficeWork], stopped: asyncio.Event, pool: ThreadPoolExecutor
    ) -> None:
        async with connected_driver(self.address) as driver:
            manager = QueueManager(Queries(driver))
            manager.shutdown = stopped
            for office in offices:
                work = self._job_work(office, pool)
                manager.entrypoint(office.office, concurrency_limit=office.concurrency)(work)
            await manager.run(
                dequeue_timeout=_IDLE,
                batch_size=_BATCH,
                heartbeat_timeout=timedelta(seconds=self.pace.heartbeat),
            )

    def _job_work(
        self, office: OfficeWork, pool: ThreadPoolExecutor
    ) -> Callable[[Job], Awaitable[None]]:
        async def work(job: Job) -> None:
            loop = asyncio.get_running_loop()
            await loop.run_in_executor(pool, self._look, office, job)

        return work

    def _look(self, office: OfficeWork, job: Job) -> None:
        length = timedelta(seconds=office.lease_seconds)
        try:
            task = task_of(job.payload or b"")
            claim = self.claims.claim(*task, self.new_lease(), length, job.id)
            if claim is not None:
                office.look(claim)
        except Exception as error:
            LOG.exception("a job of office %s is looked at again", office.office)
            raise RetryRequested(timedelta(seconds=self.pace.reconnect)) from error

    async def _sweep(
        self, offices: Sequence[OfficeWork], stopped: asyncio.Event, pool: ThreadPoolExecutor
    ) -> None:
        loop = asyncio.get_running_loop()
        services = {code: one.office for one in offices for code in one.services}
        grace = timedelta(seconds=self.pace.grace)
        while not stopped.is_set():
            try:
                await loop.run_in_executor(pool, self.claims.sweep, services, grace)
            except Exception:
                LOG.exception("missing jobs are looked for again later")
            await _pause(self.pace.sweep, stopped)


async def _pass_on(stop: Event, stopped: asyncio.Event, pool: ThreadPoolExecutor) -> None:
    """Set the event of this loop when that of all threads is set."""
    await asyncio.get_running_loop().run_in_executor(pool, stop.wait)
    stopped.set()


async def _pause(seconds: float, stopped: asyncio.Event) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(stopped.wait(), seconds)
