"""Bench of the task engine: tasks a second, beside bare PgQueuer, and a campaign of faults.

Cases of 16 tasks on PostgreSQL, two worker processes whose clocks differ by seven minutes, each in
a network namespace where the machine allows it: 200 cases undisturbed, and by bare PgQueuer, whose
jobs make the same HTTP call on the same kept connections; 1,000 cases with 50 kills and a restart
of the database, once with all offices there and once with one of them down half of the time; and
for a while with the loop of before, which nobody kills. What an office that is down costs the
others is the difference between the two rounds with kills: a worker that was killed starts anew for
seconds, on a machine that has two processors for all of it, and that says nothing of the office.

KIOSK_BENCH_CASES and KIOSK_BENCH_KILLS make the full form smaller.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import sqlalchemy as sa

from central.store.tables import ApplicationRow
from central.store.task_jobs import job_payload, write_jobs
from script.benches.figures import BenchFigure, Report
from tests.central.offices.host_networks import HostNetwork, host_networks
from tests.central.offices.worker_hosts import (
    DOWN,
    SERVICES,
    SKEWS,
    OfficeCity,
    WorkerHosts,
    office_city,
)
from tests.central.standing import numbered
from tests.postgresql import PostgresqlServer, installed, running

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

CASES, QUICK_CASES = 1_000, 15
PAIR_CASES = 200  # at most, of the two rounds that are compared
KILLS, QUICK_KILLS = 50, 6
SEED = 20261130
RATIO = 1.5  # the engine's milliseconds a task, of bare PgQueuer's
UNHARMED = 95.0  # per cent of what the healthy offices do alone
BARE, OLD = "script.benches.central.bare_queue", "script.benches.central.old_loop"
CONTROL_SECONDS = 240.0
_IS_OPEN = ApplicationRow.open
CityMaker = Callable[[int], AbstractContextManager[OfficeCity]]
"""Makes a city with so many cases."""


@dataclass
class Progress:
    """When how many effects were there; `first` is the one after which the clock runs."""

    first: int
    began: float
    last: int
    ended: float
    cpu_seconds: float = 0.0

    @property
    def cpu_per_task(self) -> float:
        """Milliseconds of the workers' CPU a task, without the database's."""
        return 1e3 * self.cpu_seconds / max(self.last - self.first, 1)

    @property
    def rate(self) -> float:
        """Effects a second."""
        return (self.last - self.first) / max(self.ended - self.began, 1e-9)


def measure(*, quick: bool) -> Report:
    """Run the five rounds; `quick` with few cases. Raises SystemExit without PostgreSQL."""
    programs = installed()
    if programs is None:
        raise SystemExit("bench offices: no PostgreSQL server: script/bootstrap --test")
    # The server runs as an account of its own, which has to pass through the bench's own folder.
    Path(tempfile.gettempdir()).chmod(0o711)
    cases, kills = (QUICK_CASES, QUICK_KILLS) if quick else _full_size()
    with running(programs) as server, host_networks(len(SKEWS)) as networks:
        make = partial(_city, server, networks)
        few = min(cases, PAIR_CASES)
        alone, bare = _undisturbed(make, few), _bare(make, few)
        killed = _disturbed(make, server.restart, cases, kills, down=False)
        disturbed = _disturbed(make, server.restart, cases, kills, down=True)
        old = _old_loop(make, cases, disturbed["seconds"])
    wanted = cases * len(SERVICES)
    per_task, bare_per_task = (len(SKEWS) * 1e3 / rate for rate in (alone["rate"], bare.rate))
    healthy = 100.0 * disturbed["healthy rate"] / killed["healthy rate"]
    repeated = disturbed["repeated"] + killed["repeated"]
    return Report(
        "offices",
        {
            "engine": BenchFigure(alone["rate"], "tasks/s"),
            "bare_pgqueuer": BenchFigure(bare.rate, "tasks/s"),
            "engine_per_task": BenchFigure(
                per_task, "ms a worker", RATIO * bare_per_task, bare_per_task
            ),
            "engine_cpu": BenchFigure(alone["cpu"], "ms a task", None, bare.cpu_per_task),
            "effects_lost": BenchFigure(wanted - disturbed["effects"], "tasks", 0),
            "cases_left_open": BenchFigure(disturbed["open"], "cases", 0),
            "healthy_offices_lose": BenchFigure(100.0 - healthy, "%", 100.0 - UNHARMED),
            "kill_costs": BenchFigure(
                (killed["seconds"] - wanted / alone["rate"]) / kills, "s of both hosts"
            ),
            "calls_repeated": BenchFigure(repeated, f"calls, {2 * kills} kills"),
            "old_loop_of_engine": BenchFigure(
                100.0 * old["rate"] * disturbed["seconds"] / wanted, "% of its effects in a time"
            ),
            "hosts_in_namespaces": BenchFigure(float(len(networks)), "of 2"),
            "old_loop_repeated": BenchFigure(old["repeated"], "calls"),
        },
    )


def _full_size() -> tuple[int, int]:
    """Return the cases and kills of the full form."""
    said = os.environ
    return int(said.get("KIOSK_BENCH_CASES", CASES)), int(said.get("KIOSK_BENCH_KILLS", KILLS))


@contextmanager
def _city(
    server: PostgresqlServer, networks: Sequence[HostNetwork], cases: int
) -> Iterator[OfficeCity]:
    with (
        tempfile.TemporaryDirectory(prefix="kiosk-offices-") as folder,
        office_city(Path(folder), server, cases, networks) as city,
    ):
        yield city


def _undisturbed(make: CityMaker, cases: int) -> dict[str, float]:
    with make(cases) as city, city.hosts().working() as hosts:
        began = time.monotonic()
        healthy, whole = _measured(city, hosts, lambda: None)
        city.wait_until_done()
        seconds = time.monotonic() - began
    found = {"rate": whole.rate, "healthy rate": healthy.rate, "cpu": whole.cpu_per_task}
    return {**found, "seconds": seconds}


def _disturbed(
    make: CityMaker, restart: Callable[[], None], cases: int, kills: int, *, down: bool
) -> dict[str, float]:
    with make(cases) as city, city.hosts().working() as hosts:
        began = time.monotonic()
        disturb = partial(city.disturb, hosts, kills, SEED, restart, down=down)
        healthy, _ = _measured(city, hosts, disturb)
        city.wait_until_done()
        seconds = time.monotonic() - began
        assert city.keys() == city.wanted()
        found = {"effects": float(city.effects()), "repeated": float(city.repeated())}
        found["open"] = float(sum(is_open for (is_open,) in city.central.rows((_IS_OPEN,))))
    return {**found, "seconds": seconds, "healthy rate": healthy.rate}


def _old_loop(make: CityMaker, cases: int, seconds: float) -> dict[str, float]:
    """Return what the loop of before does in that time, with the same office down half of it."""
    with make(cases) as city:
        hosts: WorkerHosts = city.hosts(OLD)
        with hosts.working():
            lasts = min(seconds, CONTROL_SECONDS)
            until = time.monotonic() + lasts
            step = seconds / QUICK_KILLS
            while (left := until - time.monotonic()) > 0:
                city.sides[DOWN].down = int(left / step) % 2 == 0
                time.sleep(min(left, 0.05))
            found = {"rate": city.effects() / lasts, "repeated": float(city.repeated())}
            hosts.kill_all()  # a round of this loop ends when nothing is due
            return found


def _bare(make: CityMaker, cases: int) -> Progress:
    with make(cases) as city:
        database = city.central.office.store.database
        offices = city.central.office.store.task_claims.rules.offices
        jobs = [
            (offices[code], job_payload(numbered(number), code))
            for number in range(1, cases + 1)
            for code in SERVICES
        ]

        def fill(session: Session) -> None:
            session.execute(sa.text("DELETE FROM pgqueuer"))
            write_jobs(session.connection(), jobs, timedelta())

        database.write(fill)
        with city.hosts(BARE).working() as hosts:
            _, whole = _measured(city, hosts, lambda: None)
    return whole


def _cpu_seconds(hosts: WorkerHosts) -> float:
    used = [psutil.Process(process.pid).cpu_times() for process in hosts.running]
    return sum(one.user + one.system for one in used)


def _measured(
    city: OfficeCity, hosts: WorkerHosts, meanwhile: Callable[[], None]
) -> tuple[Progress, Progress]:
    """Return the progress of the healthy offices and of all, once both hosts have started."""
    wanted = city.cases * len(SERVICES)

    def healthy() -> int:
        return sum(len(one.effects) for code, one in city.sides.items() if code != DOWN)

    offices = city.central.office.store.task_claims.rules.offices
    others = city.cases * sum(offices[code] != DOWN for code in SERVICES)
    hosts.wait_until_ready()
    city.wait_for(lambda: city.effects() > 0)
    first, healthy_first, began = city.effects(), healthy(), time.monotonic()
    before = _cpu_seconds(hosts)
    meanwhile()
    city.wait_for(lambda: healthy() >= others)
    sound = Progress(healthy_first, began, others, time.monotonic())
    city.wait_for(lambda: city.effects() >= wanted)
    cpu = _cpu_seconds(hosts) - before  # of no use where workers were killed
    return sound, Progress(first, began, wanted, time.monotonic(), cpu)
