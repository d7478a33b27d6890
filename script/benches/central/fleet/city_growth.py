"""Bench of growth: what each call costs among 10⁴, 10⁵ and 10⁶ cases on PostgreSQL.

Terminals hand in applications and send heartbeats over TLS to a service with its vault; CPU is that
of service, vault and database. The looks of the pages run in this process, with the database's CPU
beside its own. Each size has a database of its own, filled by PostgreSQL itself. KIOSK_BENCH_CASES
makes the largest size smaller.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from itertools import count
from pathlib import Path
from typing import cast

import psutil

from central.rules import Rules
from central.store.cases.corrections import Corrections
from central.store.city.figures import CityFigures, FigureSpan
from central.store.city.roll_up import ALL, OFFICE, CityRollUp
from central.store.database import CentralDatabase
from central.store.looks.progress_look import look_at_progress
from central.store.web.task_desk import TaskDesk
from kiosk.civil_time import civil_day, civil_now
from kiosk.retirement.calendar import read_holidays
from script.benches.central.fleet.fleet import (
    DURABLE,
    GROWTH,
    FleetSize,
    child_service,
    cpu_of_children,
    run_storm,
    serve_command,
)
from script.benches.central.fleet.growth_rows import SERVICES, fill_years, id_of_case
from script.benches.central.fleet.storm import Storm
from script.benches.figures import BenchFigure, Report
from tests.postgresql import PostgresqlServer, installed, running
from wiring.places import CONFIG

SIZES, QUICK_SIZES = (10_000, 100_000, 1_000_000), (1_000, 10_000)
STORM = FleetSize(40, 5)
STORMS = 3
BEATS = 10
PAGE_MS = 10.0
PAGES = ("desk", "month", "corrections")
SETTINGS = (*DURABLE, "autovacuum=off", "max_wal_size=4GB", "shared_buffers=512MB")
NO_RULES = cast("Rules", None)  # what only looks needs none
_LONGEST_SECONDS = 3.0  # of one look's measurement
_MOST_LOOKS = 200
_SHOWN = 50  # tasks on a page of the desk


@dataclass(frozen=True)
class GrownCity:
    """A database with so many cases, and its server's process."""

    cases: int
    database: CentralDatabase
    server: psutil.Process

    def look_ms(self, look: Callable[[], object]) -> float:
        """Return the milliseconds of CPU of one look, this process's and the database's."""
        look()  # what is compiled once
        begun, before, done = time.monotonic(), self._spent(), 0
        while done < _MOST_LOOKS and time.monotonic() - begun < _LONGEST_SECONDS:
            look()
            done += 1
        return 1e3 * (self._spent() - before) / done

    def _spent(self) -> float:
        return time.process_time() + cpu_of_children(self.server) + sum(self.server.cpu_times()[:2])


def measure(*, quick: bool) -> Report:
    """Measure all sizes, the smallest first. Raises SystemExit without PostgreSQL."""
    programs = installed()
    if programs is None:
        raise SystemExit("bench growth: no PostgreSQL server: script/bootstrap --test")
    Path(tempfile.gettempdir()).chmod(0o711)  # for the account of the database's server
    most = int(os.environ.get("KIOSK_BENCH_CASES", SIZES[-1]))
    found: dict[int, Mapping[str, float]] = {}
    with running(programs, SETTINGS) as server, tempfile.TemporaryDirectory() as folder:
        for size in QUICK_SIZES if quick else SIZES:
            if size <= most:
                found[size] = _measured(Path(folder) / str(size), size, server)
                said = ", ".join(f"{name} {value:.2f}" for name, value in found[size].items())
                print(f"{size} cases, ms of CPU: {said}", file=sys.stderr, flush=True)
    return Report("growth", _figures(found, quick=quick))


def _figures(found: Mapping[int, Mapping[str, float]], *, quick: bool) -> Mapping[str, BenchFigure]:
    smallest, largest = min(found), max(found)
    figures = {
        f"{name}_{size}": BenchFigure(
            value, "ms of CPU", PAGE_MS if name in PAGES and size == largest else None
        )
        for size, costs in found.items()
        for name, value in costs.items()
    }
    for name, first in found[smallest].items():
        grown = max(costs[name] for costs in found.values()) / first
        unit = f"times that of {smallest}"
        figures[f"growth_{name}"] = BenchFigure(grown, unit, None if quick else GROWTH)
    return figures


def _measured(data: Path, cases: int, server: PostgresqlServer) -> Mapping[str, float]:
    url, today = server.fresh_database(), civil_day(civil_now())
    command = serve_command(data, url, STORM.terminals)
    with child_service(command, STORM) as (service, storm):
        fill_years(url, cases, today)
        database = CentralDatabase(url)
        city = GrownCity(cases, database, psutil.Process(server.process()))
        try:
            looks = _looks(city)
        finally:
            database.close()
        return _calls(storm, service, server) | looks


def _calls(storm: Storm, service: psutil.Process, server: PostgresqlServer) -> dict[str, float]:
    """Return what an application and a heartbeat cost, medians of several storms."""
    numbers = count(step=STORM.terminals * STORM.each)

    def cost(beats: int) -> float:
        return run_storm(replace(storm, first=next(numbers), beats=beats), service, server).cpu_ms

    cost(0)  # what is compiled once
    return {
        "put": statistics.median(cost(0) for _ in range(STORMS)),
        "heartbeat": statistics.median(cost(BEATS) for _ in range(STORMS)),
    }


def _looks(city: GrownCity) -> dict[str, float]:
    database, today = city.database, civil_day(civil_now())
    rolled = CityRollUp(database, dict.fromkeys(SERVICES, "office"))
    holidays = read_holidays(CONFIG / "holidays.toml")
    rolled.refresh(today, holidays)  # the first counts all
    desk, figures, span = TaskDesk(database), CityFigures(database), FigureSpan(today, 30)
    ended, corrected = id_of_case(city.cases // 2 + 1), id_of_case(city.cases // 20 * 20)

    def month() -> None:
        figures.of(span, ALL, OFFICE)
        figures.by_period(span)
        figures.points(span, 20)
        figures.today(today)

    looks: dict[str, Callable[[], object]] = {
        "progress": partial(look_at_progress, database, ended),
        "desk": partial(desk.entries, SERVICES[:1], _SHOWN),
        "month": month,
        "corrections": partial(Corrections(database, NO_RULES).all_of, corrected),
        "count_of_a_minute": partial(rolled.refresh, today, holidays),
    }
    return {name: city.look_ms(look) for name, look in looks.items()}
