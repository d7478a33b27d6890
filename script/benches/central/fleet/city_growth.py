"""Bench of growth: what each call costs among 10⁴, 10⁵ and 10⁶ cases on PostgreSQL.

Terminals hand in applications and send heartbeats over TLS to a service with its vault; CPU is that
of service, vault and database. The looks of the pages run in this process, with the database's CPU
beside its own. Each size has a server of its own, filled by PostgreSQL itself, and a service; the
sizes take turns, and of the turns the median counts. KIOSK_BENCH_CASES makes the largest size
smaller.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
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
from central.store.upgrade import SchemaTrouble, open_database
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
TURNS, QUICK_TURNS = 7, 3
BEATS = 10
PAGE_MS = 10.0
PAGES = ("desk", "month", "corrections")
SETTINGS = (*DURABLE, "autovacuum=off", "max_wal_size=4GB", "shared_buffers=512MB")
NO_RULES = cast("Rules", None)  # what only looks needs none
_CPU_SECONDS = 0.4  # of one look's turn: the kernel says CPU by hundredths of a second
_SHOWN = 50  # tasks on a page of the desk

Call = Callable[[], float]
"""Makes one turn of a call; returns its milliseconds of CPU."""


@dataclass(frozen=True)
class GrownCity:
    """A database with so many cases, and the server that it has alone."""

    cases: int
    database: CentralDatabase
    server: PostgresqlServer

    def look_ms(self, look: Callable[[], object]) -> float:
        """Return the milliseconds of CPU of one look, this process's and the database's."""
        begun, done = self._spent(), 0
        while (spent := self._spent() - begun) < _CPU_SECONDS:
            for _ in range(10):
                look()
            done += 10
        return 1e3 * spent / done

    def _spent(self) -> float:
        server = psutil.Process(self.server.process())
        return time.process_time() + cpu_of_children(server) + sum(server.cpu_times()[:2])


def measure(*, quick: bool) -> Report:
    """Measure all sizes in turn. Raises SystemExit without PostgreSQL."""
    programs = installed()
    if programs is None:
        raise SystemExit("bench growth: no PostgreSQL server: script/bootstrap --test")
    Path(tempfile.gettempdir()).chmod(0o711)  # for the account of the database's server
    most = int(os.environ.get("KIOSK_BENCH_CASES", SIZES[-1]))
    sizes = [one for one in (QUICK_SIZES if quick else SIZES) if one <= most]
    turns = QUICK_TURNS if quick else TURNS
    with ExitStack() as stack:
        cities = [stack.enter_context(_grown(programs, size)) for size in sizes]
        found = _in_turn({city.cases: _looks(city) for city in cities}, turns)
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        calls = {one.cases: stack.enter_context(_calls(folder, one)) for one in cities}
        # Heartbeats first: after a storm its messages and deadlines are at work for long.
        for name in ("heartbeat", "put"):
            chosen = {size: {name: named[name]} for size, named in calls.items()}
            for size, costs in _in_turn(chosen, turns).items():
                found[size] |= costs
    return Report("growth", _figures(found, quick=quick))


def _in_turn(calls: Mapping[int, Mapping[str, Call]], turns: int) -> dict[int, dict[str, float]]:
    """Return, by size and name, the median of several turns of each call."""
    found: dict[tuple[int, str], list[float]] = {}
    for turn in range(turns + 1):
        for name in next(iter(calls.values())):
            for size, named in calls.items():
                cost = named[name]()
                if turn:  # the first one compiles and reads what is kept
                    found.setdefault((size, name), []).append(cost)
    _say(found)
    medians: dict[int, dict[str, float]] = {size: {} for size in calls}
    for (size, name), costs in found.items():
        medians[size][name] = statistics.median(costs)
    return medians


def _say(found: Mapping[tuple[int, str], Sequence[float]]) -> None:
    for (size, name), costs in found.items():
        said = " ".join(f"{one:.2f}" for one in costs)
        print(f"{name} among {size} cases, ms of CPU: {said}", file=sys.stderr, flush=True)


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


@contextmanager
def _grown(programs: Path, cases: int) -> Iterator[GrownCity]:
    """Start a server with so many cases; end it."""
    with running(programs, SETTINGS) as server:
        url = server.fresh_database()
        database = open_database(url)
        if isinstance(database, SchemaTrouble):
            raise SystemExit(f"bench growth: {database.value}")
        try:
            fill_years(url, cases, civil_day(civil_now()))
            print(f"{cases} cases", file=sys.stderr, flush=True)
            yield GrownCity(cases, database, server)
        finally:
            database.close()


@contextmanager
def _calls(folder: Path, city: GrownCity) -> Iterator[dict[str, Call]]:
    """Start a service; yield what a turn of heartbeats and one of applications cost."""
    url = city.database.engine.url.render_as_string(hide_password=False)
    command = serve_command(folder / str(city.cases), url, STORM.terminals)
    with child_service(command, STORM) as (service, storm):
        numbers = count(step=STORM.terminals * STORM.each)

        def cost(beats: int) -> float:
            one: Storm = replace(storm, first=next(numbers), beats=beats)
            return run_storm(one, service, city.server).cpu_ms

        yield {"put": partial(cost, 0), "heartbeat": partial(cost, BEATS)}


def _looks(city: GrownCity) -> dict[str, Call]:
    database, today = city.database, civil_day(civil_now())
    rolled = CityRollUp(database, dict.fromkeys(SERVICES, "office"))
    holidays = read_holidays(CONFIG / "holidays.toml")
    rolled.refresh(today, holidays)  # the first counts all
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as line:
        line.exec_driver_sql("ANALYZE")  # as autovacuum does it within the minute
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
    return {name: partial(city.look_ms, look) for name, look in looks.items()}
