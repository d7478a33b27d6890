"""Bench of the city's pages: how long the server takes with 10⁶ generated cases and 1,477 points.

The cases are made by PostgreSQL itself over a year, with small envelopes and PARTS services each.
Every page is asked ASKED times through the whole application; `floor` is one statement that counts
the same from the cases without any roll-up, `cpu` what a page, and its test client, take of this
process without PostgreSQL: it says more than the time where others use the machine.
KIOSK_BENCH_CASES makes the full form smaller.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import sqlalchemy as sa

from central.store.database import CentralDatabase
from central.web_accounts import WebRole
from kiosk.civil_time import civil_day
from kiosk.retirement.points import read_points
from script.benches.figures import BenchFigure, Report
from tests.central.standing import CONFIG, NOON, Standing, standing
from tests.central.web.desk import WebDesk, desk_over
from tests.postgresql import installed, running

CASES, QUICK_CASES = 1_000_000, 20_000
POINTS = 1_477
ASKED = 40
LIMIT_MS = 200.0
PARTS = ("R01", "R06", "R09", "R13")
SETTINGS = ("listen_addresses=", "fsync=off", "max_wal_size=4GB", "shared_buffers=256MB")
_TERMINALS = """
INSERT INTO terminal (id, point, public_key, next_public_key, enrolment, revoked)
SELECT 'T-' || n, 'P-' || n, '', '', '', false FROM generate_series(1, :points) n
"""
_BEATS = """
INSERT INTO heartbeat (terminal, at, body)
SELECT 'T-' || n, :now, :beat FROM generate_series(1, :points) n
"""
_APPLICATIONS = """
INSERT INTO application (id, digest, person, matter, open, received_at, due_on, case_number,
    envelope, receipt, terminal, masked_name, way, staff, closed_at, awaiting)
SELECT 'case-' || n, '', 'p' || n, '', at + took > CAST(:day AS date),
    at || 'T10:00:00+08:00', '', 'n' || n, '', '', 'T-' || (1 + n % :points), '',
    CASE n % 4 WHEN 0 THEN 'helper_present' ELSE 'self' END, '',
    CASE WHEN at + took > CAST(:day AS date) THEN '' ELSE at + took || 'T09:00:00+08:00' END,
    false
FROM (SELECT n, CAST(:day AS date) - CAST(365.0 * (:cases - n) / :cases AS int) AS at,
    CAST(3 + n % 25 AS int) AS took FROM generate_series(1, :cases) n) AS made
"""
_TASKS = """
INSERT INTO task (application_id, service, state, changed_at, reason, due_on, lease, leased_until,
    look_at)
SELECT id, service, CASE WHEN open THEN 'WORKING' ELSE 'DONE' END, '', '', '', '', 0, 0
FROM application, unnest(CAST(:parts AS varchar[])) AS service
"""
_MOVES = """
INSERT INTO task_move (application_id, service, state, at, account)
SELECT id, service, 'DONE', closed_at, ''
FROM application, unnest(CAST(:parts AS varchar[])) AS service WHERE closed_at <> ''
"""
_DEADLINES = """
INSERT INTO task_deadline (application_id, service, promised_on, due_on, level, looked_on, alarm)
SELECT application_id, service, :day, :day,
    CASE WHEN state = 'WORKING' AND service = 'R01' THEN 'overdue' ELSE 'calm' END, :day, 0
FROM task
"""
_STATEMENTS = (_TERMINALS, _BEATS, _APPLICATIONS, _TASKS, _MOVES, _DEADLINES, "ANALYZE")
_BEAT = '{"states": {"idcard": "ready"}, "waiting": 0, "versions": {"app": "0.3.0"}}'
_PLAIN = (
    "SELECT substr(received_at, 1, 10), count(*) FROM application "
    "WHERE received_at >= '{first}' GROUP BY 1 ORDER BY 1"
)


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
        fill(central.office.store.database, cases)
        listed = read_points(CONFIG / "service_points.csv", desk.context.public.divisions)
        central.office.store.service_points.replace(listed, NOON)
        figures = {
            "cases": BenchFigure(cases, "cases"),
            "first count": BenchFigure(_once(lambda: _refresh(central)) / 1e3, "s"),
        }
        _execute(central.office.store.database, "ANALYZE")
        began = time.process_time()
        figures["count of a minute"] = BenchFigure(_once(lambda: _refresh(central)), "ms")
        figures["count of a minute cpu"] = BenchFigure(_cpu_since(began), "ms")
        figures |= _pages(desk, central.office.store.database)
    return Report("city", figures)


def fill(database: CentralDatabase, cases: int) -> None:
    """Make the terminals and so many cases with their parts."""
    said = {
        "points": POINTS,
        "cases": cases,
        "now": NOON.isoformat(timespec="seconds"),
        "beat": _BEAT,
        "day": civil_day(NOON).isoformat(),
        "parts": list(PARTS),
    }
    with database.engine.begin() as connection:
        for statement in _STATEMENTS:
            wanted = {name: value for name, value in said.items() if f":{name}" in statement}
            connection.execute(sa.text(statement), wanted)


def _refresh(central: Standing) -> None:
    central.office.store.city.refresh(civil_day(NOON), central.office.holidays)


def _pages(desk: WebDesk, database: CentralDatabase) -> dict[str, BenchFigure]:
    supervisor = desk.logged_in("S-0001")
    technician = desk.logged_in("T-0001", WebRole.TECHNICIAN)
    anybody = desk.browser()
    asked = {
        "/city?days=30": (supervisor, "2026-10-25"),
        "/city?days=90": (supervisor, "2026-08-26"),
        "/city?days=366": (supervisor, "2025-11-01"),
        "/city/live": (supervisor, "2026-11-24"),
        "/notices": (supervisor, ""),
        "/talents": (supervisor, ""),
        "/overdue": (supervisor, ""),
        "/service-points": (supervisor, ""),
        "/service-points?find=蒙城": (supervisor, ""),
        "/fleet": (technician, ""),
        "/fleet/live": (technician, ""),
        "/guide": (anybody, ""),
        "/needs?category=F50&year=1976&month=3": (anybody, ""),
        "/points": (anybody, ""),
        "/points?at=341602001": (anybody, ""),
        "/points?find=社区": (anybody, ""),
    }
    found = {}
    for path, (browser, first) in asked.items():
        assert browser.get(path).is_success, path
        began = time.process_time()
        times = sorted(_once(partial(browser.get, path)) for _ in range(ASKED))
        found[f"{path} cpu"] = BenchFigure(_cpu_since(began) / ASKED, "ms")
        floor = _plain(database, first) if first else None
        found[path] = BenchFigure(times[int(ASKED * 0.95) - 1], "ms p95", LIMIT_MS, floor)
    return found


def _plain(database: CentralDatabase, first: str) -> float:
    statement = sa.text(_PLAIN.format(first=first))
    return _once(lambda: database.read(lambda session: session.execute(statement).all()))


def _execute(database: CentralDatabase, statement: str) -> None:
    with database.engine.begin() as connection:
        connection.exec_driver_sql(statement)


def _cpu_since(began: float) -> float:
    """Return how many milliseconds of this process since `began`."""
    return 1e3 * (time.process_time() - began)


def _once(work: Callable[[], object]) -> float:
    """Return how many milliseconds `work` takes."""
    began = time.perf_counter()
    work()
    return 1e3 * (time.perf_counter() - began)
