"""Bench of the city's pages: how long the server takes with 10⁶ generated cases and 1,477 points.

The cases are made by PostgreSQL itself (`city_rows`). Every page is asked ASKED times through the
whole application: `floor` is a plain statement that reads the same from the cases without any
roll-up or index of the page's own (`SELECT 1` for pages that need no case), asked in the same
seconds, so that it tells what other users of the machine cost. `cpu` is what a page takes of this
process, the test client included, and `database cpu` what it takes of PostgreSQL. KIOSK_BENCH_CASES
makes the full form smaller.
"""

from __future__ import annotations

import os
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import psutil
import sqlalchemy as sa

from central.offices.deadline_watch import SETTLED_AT_ONCE
from central.store.database import CentralDatabase
from central.web_accounts import WebRole
from kiosk.civil_time import civil_day
from kiosk.retirement.points import read_points
from script.benches.central.city_rows import SETTINGS, fill
from script.benches.central.fleet.fleet import cpu_of_children
from script.benches.figures import BenchFigure, Report
from tests.central.standing import CONFIG, NOON, Standing, standing
from tests.central.web.desk import Browser, WebDesk, desk_over
from tests.postgresql import installed, running

CASES, QUICK_CASES = 1_000_000, 20_000
ASKED, PLAIN_ASKED = 40, 8
LIMIT_MS = 200.0
LOOKED_AT = 200  # deadlines that the daily look reads at once
_BY_DAY = (
    "SELECT substr(received_at, 1, 10), count(*) FROM application "
    "WHERE received_at >= '{first}' GROUP BY 1 ORDER BY 1"
)
_LATE = (
    "SELECT level, count(*) FROM task JOIN task_deadline USING (application_id, service) "
    "JOIN application ON application.id = application_id WHERE open GROUP BY 1"
)
_NOTHING = "SELECT 1"


_UNPLANNED = """
SELECT id FROM application WHERE open AND NOT awaiting AND NOT EXISTS
    (SELECT 1 FROM task_deadline WHERE application_id = application.id) LIMIT 100
"""


@dataclass(frozen=True)
class AskedPage:
    """A page, who asks for it, and the plain statement beside it."""

    path: str
    browser: Browser
    plain: str = _NOTHING


@dataclass(frozen=True)
class BusyCity:
    """The pages over a filled database, and the process of its server."""

    central: Standing
    desk: WebDesk
    server: psutil.Process

    @property
    def database(self) -> CentralDatabase:
        """Return the database."""
        return self.central.office.store.database

    def refresh(self) -> None:
        """Count the figures, as a minute does."""
        self.central.office.store.city.refresh(civil_day(NOON), self.central.office.holidays)

    def timed(self, name: str, work: Callable[[], object]) -> dict[str, BenchFigure]:
        """Return what `work` takes once: time, and CPU of this process and of the database."""
        own, theirs = time.process_time(), self.database_cpu()
        took = _once(work)
        print(f"{name}: {took / 1e3:.2f} s", file=sys.stderr, flush=True)
        return {
            name: BenchFigure(took, "ms"),
            f"{name} cpu": BenchFigure(1e3 * (time.process_time() - own), "ms"),
            f"{name} database cpu": BenchFigure(1e3 * (self.database_cpu() - theirs), "ms"),
        }

    def database_cpu(self) -> float:
        """Return the seconds of CPU that PostgreSQL has taken."""
        return cpu_of_children(self.server) + sum(self.server.cpu_times()[:2])

    def plain(self, statement: str) -> object:
        """Run a plain statement."""
        text = sa.text(statement)
        return self.database.read(lambda session: session.execute(text).all())


def measure(*, quick: bool) -> Report:
    """Make the cases, count them, and ask each page; `quick` with few cases.

    Raises SystemExit without PostgreSQL.
    """
    programs = installed()
    if programs is None:
        raise SystemExit("bench city: install PostgreSQL first")
    Path(tempfile.gettempdir()).chmod(0o711)  # PostgreSQL's account goes through it
    cases = QUICK_CASES if quick else int(os.environ.get("KIOSK_BENCH_CASES", CASES))
    with (
        tempfile.TemporaryDirectory() as folder,
        running(programs, SETTINGS) as server,
        standing(Path(folder), server.fresh_database()) as central,
        desk_over(central) as desk,
    ):
        city = BusyCity(central, desk, psutil.Process(server.process()))
        return Report("city", {"cases": BenchFigure(cases, "cases")} | _measured(city, cases))


def _measured(city: BusyCity, cases: int) -> dict[str, BenchFigure]:
    figures = city.timed("fill", lambda: fill(city.database, cases, NOON))
    listed = read_points(CONFIG / "service_points.csv", city.desk.context.public.divisions)
    city.central.office.store.service_points.replace(listed, NOON)
    _tidy(city.database)
    figures |= city.timed("first count", city.refresh)
    _tidy(city.database)
    figures |= city.timed("count of a minute", city.refresh)
    figures |= _looks(city)
    for asked in _pages(city):
        figures |= _asked(city, asked)
    return figures


def _looks(city: BusyCity) -> dict[str, BenchFigure]:
    """Return what the looks at deadlines read: when nothing is due, and the first rows of a day."""
    deadlines, today = city.central.office.store.deadlines, civil_day(NOON).isoformat()
    figures = city.timed("look: all is planned", lambda: deadlines.unplanned(LOOKED_AT))
    figures |= city.timed("look: planned, plain SQL", lambda: city.plain(_UNPLANNED))
    figures |= city.timed("look: nothing due", lambda: deadlines.not_looked_at(today, LOOKED_AT))
    figures |= city.timed(
        "look: first of a day", lambda: deadlines.not_looked_at("2099-01-01", LOOKED_AT)
    )
    settle = partial(deadlines.settle_ended, today, SETTLED_AT_ONCE)
    return figures | city.timed("look: what has ended", settle)


def _pages(city: BusyCity) -> Iterator[AskedPage]:
    desk = city.desk
    supervisor = desk.logged_in("S-0001")
    technician = desk.logged_in("T-0001", WebRole.TECHNICIAN)
    anybody = desk.browser()
    for days, first in ((30, "2026-10-25"), (90, "2026-08-26"), (366, "2025-11-01")):
        yield AskedPage(f"/city?days={days}", supervisor, _BY_DAY.format(first=first))
    yield AskedPage("/city/live", supervisor, _BY_DAY.format(first="2026-11-24"))
    yield AskedPage("/overdue", supervisor, _LATE)
    further = re.search(r'"(/overdue\?after=[^"#]+)', supervisor.get("/overdue").text)
    if further is not None:
        yield AskedPage(further[1], supervisor, _LATE)
    for path in ("/notices", "/talents", "/service-points", "/service-points?find=蒙城"):
        yield AskedPage(path, supervisor)
    for path in ("/fleet", "/fleet/live"):
        yield AskedPage(path, technician, "SELECT * FROM heartbeat")
    for path in (
        "/guide",
        "/needs?category=F50&year=1976&month=3",
        "/points",
        "/points?at=341602001",
        "/points?find=社区",
    ):
        yield AskedPage(path, anybody)


def _asked(city: BusyCity, asked: AskedPage) -> dict[str, BenchFigure]:
    path, get = asked.path, partial(asked.browser.get, asked.path)
    assert get().is_success, path
    own, theirs = time.process_time(), city.database_cpu()
    times = sorted(_once(get) for _ in range(ASKED))
    own, theirs = time.process_time() - own, city.database_cpu() - theirs
    plain = sorted(_once(lambda: city.plain(asked.plain)) for _ in range(PLAIN_ASKED))
    return {
        path: BenchFigure(times[int(ASKED * 0.95) - 1], "ms p95", LIMIT_MS, plain[-1]),
        f"{path} cpu": BenchFigure(1e3 * own / ASKED, "ms"),
        f"{path} database cpu": BenchFigure(1e3 * theirs / ASKED, "ms"),
    }


def _tidy(database: CentralDatabase) -> None:
    """Leave the tables as autovacuum does."""
    with database.engine.connect() as connection:
        alone = connection.execution_options(isolation_level="AUTOCOMMIT")
        alone.exec_driver_sql("VACUUM ANALYZE")


def _once(work: Callable[[], object]) -> float:
    """Return how many milliseconds `work` takes."""
    began = time.perf_counter()
    work()
    return 1e3 * (time.perf_counter() - began)
