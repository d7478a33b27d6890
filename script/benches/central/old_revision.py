"""Bench of an upgrade: PostgreSQL with many cases of an old revision, while calls go on.

Two programs that know nothing of the upgrade work meanwhile: one hands in a case after the other by
the statements of the old revision, the other looks one up. Their longest pauses are what terminals
would notice: they wait, or are told to come again. In the end every row is counted.
KIOSK_BENCH_CASES says how many cases there are.
"""

from __future__ import annotations

import os
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from central.store.database_url import libpq_url
from central.store.upgrade import HEAD, SchemaTrouble, open_database
from kiosk.civil_time import civil_day, civil_now
from script.benches.central.fleet.fleet import DURABLE
from script.benches.central.fleet.growth_rows import fill_years, id_of_case
from script.benches.figures import BenchFigure, Report
from tests.central.store.old_databases import TO_THIRTY_SECOND, revision, run
from tests.postgresql import installed, running

CASES, QUICK_CASES = 1_000_000, 5_000
OLD = "0032"
PAUSE_SECONDS = 1.0
"""Longest pause of calls, whatever the number of cases."""
SETTINGS = (*DURABLE, "autovacuum=off", "max_wal_size=4GB", "shared_buffers=512MB")
_BEFORE = 20  # calls that are answered before the upgrade begins, and after it
_FILED = """
    WITH filed AS (INSERT INTO application (id, digest, person, matter, open, received_at, due_on,
        case_number, envelope, receipt, terminal, masked_name, way, staff, closed_at, awaiting)
    VALUES (%(id)s, 'd', %(id)s, 'retirement', true, '2027-01-01T10:00:00+08:00', '2027-02-01',
        %(id)s, '\\x00', '\\x00', 'BZ-NOW', '', 'self', '', '', false))
    INSERT INTO arrival (terminal, sequence, path, digest, at)
    VALUES ('BZ-NOW', %(number)s, %(id)s, 'd', '')
"""
_LOOKED = "SELECT case_number FROM application WHERE id = %(id)s"
_COUNTED = "SELECT (SELECT count(*) FROM application), (SELECT count(*) FROM arrival)"


@dataclass
class UpgradeCaller:
    """Makes the same call again and again until the end; notes when each was answered."""

    url: str
    statement: str
    name: str
    over: threading.Event = field(default_factory=threading.Event)
    answered: list[float] = field(default_factory=list)
    more: threading.Condition = field(default_factory=threading.Condition)

    def run(self) -> None:
        """Call until it is over; who waits for more is told when a call fails, too."""
        try:
            self._call()
        finally:
            self.over.set()
            with self.more:
                self.more.notify()

    def _call(self) -> None:
        with psycopg.connect(libpq_url(self.url), autocommit=True) as line:
            while not self.over.is_set():
                number = len(self.answered)
                said = {"id": self.id_of(number), "number": number}
                line.execute(self.statement.encode(), said)
                with self.more:
                    self.answered.append(time.monotonic())
                    self.more.notify()

    def id_of(self, number: int) -> str:
        """Return the id of a case that a call hands in or looks up."""
        return f"{self.name}-{number}" if self.statement is _FILED else id_of_case(1)

    def wait_for_more(self) -> None:
        """Wait until some calls more were answered."""
        wanted = len(self.answered) + _BEFORE
        with self.more:
            self.more.wait_for(lambda: self.over.is_set() or len(self.answered) >= wanted)

    def longest_pause(self, begun: float, ended: float) -> float:
        """Return the longest time between two answers that touches this time."""
        pairs = zip(self.answered, self.answered[1:], strict=False)
        return max(later - at for at, later in pairs if later >= begun and at <= ended)


@contextmanager
def calling(url: str) -> Iterator[tuple[UpgradeCaller, UpgradeCaller]]:
    """Let both programs call until the block ends."""
    writer, reader = UpgradeCaller(url, _FILED, "now"), UpgradeCaller(url, _LOOKED, "looked")
    with ThreadPoolExecutor(2) as pool:
        calls = [pool.submit(one.run) for one in (writer, reader)]
        try:
            yield writer, reader
        finally:
            for one in (writer, reader):
                one.over.set()
            for call in calls:
                call.result()


def measure(*, quick: bool) -> Report:
    """Measure the upgrade of one database. Raises SystemExit without PostgreSQL."""
    programs = installed()
    if programs is None:
        raise SystemExit("bench old-revision: no PostgreSQL server: script/bootstrap --test")
    Path(tempfile.gettempdir()).chmod(0o711)  # for the account of the database's server
    cases = int(os.environ.get("KIOSK_BENCH_CASES", QUICK_CASES if quick else CASES))
    pause = None if quick else PAUSE_SECONDS
    with running(programs, SETTINGS) as server:
        return Report("old-revision", _measured(server.fresh_database(), cases, pause))


def _measured(url: str, cases: int, pause: float | None) -> dict[str, BenchFigure]:
    _make_old(url, cases)
    print(f"{cases} cases of revision {OLD}", file=sys.stderr, flush=True)
    with calling(url) as (writer, reader):
        for one in (writer, reader):
            one.wait_for_more()
        usual = writer.longest_pause(writer.answered[0], time.monotonic())
        begun = time.monotonic()
        found = open_database(url)
        ended = time.monotonic()
        for one in (writer, reader):
            one.wait_for_more()
    if isinstance(found, SchemaTrouble):
        raise SystemExit(f"bench old-revision: {found.value}")
    found.close()
    return {
        "cases": BenchFigure(cases, "cases"),
        "upgrade": BenchFigure(ended - begun, "s"),
        "pause_usual": BenchFigure(usual, "s"),
        "pause_writer": BenchFigure(writer.longest_pause(begun, ended), "s", pause),
        "pause_reader": BenchFigure(reader.longest_pause(begun, ended), "s", pause),
        "handed_in_meanwhile": BenchFigure(len(writer.answered), "cases"),
        "lost": BenchFigure(_lost(url, cases + len(writer.answered)), "rows", 0.0),
        "not_upgraded": BenchFigure(float(revision(url) != [HEAD]), "", 0.0),
    }


def _make_old(url: str, cases: int) -> None:
    database = open_database(url)
    if isinstance(database, SchemaTrouble):
        raise SystemExit(f"bench old-revision: {database.value}")
    database.close()
    fill_years(url, cases, civil_day(civil_now()))
    run(url, *TO_THIRTY_SECOND)


def _lost(url: str, wanted: int) -> int:
    """Return how many cases and arrivals are fewer, or more, than were handed in."""
    with psycopg.connect(libpq_url(url)) as line:
        row = line.execute(_COUNTED).fetchone()
    return sum(abs(wanted - int(found)) for found in row or ())
