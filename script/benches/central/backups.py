"""Bench of backups: a whole one, and what a hundred applications more cost, on both databases.

The cases of before are written by the database itself. SQLite: `central backup-pages`, beside the
`central backup` of all rows. PostgreSQL: pg_basebackup and its archived log. KIOSK_BENCH_CASES says
how many cases there were before.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

from central.operator.backup import write_backup
from central.operator.page_backups.chain import add_backup, restore_chain
from central.store.database import CentralDatabase
from central.store.upgrade import SchemaTrouble, open_database
from kiosk.civil_time import civil_day, civil_now
from script.benches.central.fleet.growth import fill_cases
from script.benches.central.fleet.growth_rows import fill_years
from script.benches.figures import BenchFigure, Report
from tests.deploy.archiving import archiving_server
from tests.postgresql import installed

T = TypeVar("T")
CASES, QUICK_CASES, MORE = 100_000, 3_000, 100
SHARE = 0.05
"""Most that the change may be of the whole."""
_MB = 1e6


def measure(*, quick: bool) -> Report:
    """Measure both databases. Raises SystemExit without PostgreSQL."""
    programs = installed()
    if programs is None:
        raise SystemExit("bench backups: no PostgreSQL server: script/bootstrap --test")
    Path(tempfile.gettempdir()).chmod(0o711)  # for the account of the database's server
    cases = int(os.environ.get("KIOSK_BENCH_CASES", QUICK_CASES if quick else CASES))
    share = None if quick else SHARE
    with tempfile.TemporaryDirectory() as folder:
        found = {"cases": BenchFigure(cases, "cases"), **_of_file(Path(folder), cases, share)}
    return Report("backups", found | _of_server(programs, cases, share))


def _of_file(folder: Path, cases: int, share: float | None) -> dict[str, BenchFigure]:
    path, data, chain = folder / "central.db", folder / "data", folder / "chain"
    data.mkdir()
    database = _opened(f"sqlite:///{path}")
    with closing(database):
        fill_cases(path, 1, cases)
        now = civil_now()
        rows, rows_s = _timed(lambda: write_backup(database, data, folder / "rows", now))
        whole, whole_s = _timed(lambda: add_backup(path, data, chain, now, whole=False))
        fill_cases(path, cases + 1, cases + MORE)
        later = now + timedelta(hours=1)
        change, change_s = _timed(lambda: add_backup(path, data, chain, later, whole=False))
    files, restore_s = _timed(lambda: restore_chain(change.path, folder / "anew"))
    lost = 1.0 if not isinstance(files, int) or change.is_whole or not rows.rows else 0.0
    return {
        "file_rows": BenchFigure((folder / "rows").stat().st_size / _MB, "MB"),
        "file_rows_cpu": BenchFigure(rows_s, "s of CPU"),
        "file_whole": BenchFigure(whole.bytes / _MB, "MB"),
        "file_whole_cpu": BenchFigure(whole_s, "s of CPU"),
        "file_change": BenchFigure(change.bytes / _MB, "MB"),
        "file_change_cpu": BenchFigure(change_s, "s of CPU"),
        "file_change_share": BenchFigure(change.bytes / whole.bytes, "of the whole", share),
        "file_restore_cpu": BenchFigure(restore_s, "s of CPU"),
        "file_not_restored": BenchFigure(lost, "", 0.0),
    }


def _of_server(programs: Path, cases: int, share: float | None) -> dict[str, BenchFigure]:
    with archiving_server(programs) as archiving:
        url = archiving.server.fresh_database()
        _opened(url).close()
        print(f"PostgreSQL: {cases} cases", file=sys.stderr, flush=True)
        fill_years(url, cases, civil_day(civil_now()))
        whole = archiving.base_backup(archiving.room / "base")
        archiving.archived(url)
        before = archiving.sizes()
        archiving.ask(_more(cases), url)
        archiving.archived(url)
        change = archiving.sizes() - before
    return {
        "server_whole": BenchFigure(whole / _MB, "MB"),
        "server_change": BenchFigure(change / _MB, "MB"),
        "server_change_share": BenchFigure(change / whole, "of the whole", share),
    }


def _more(cases: int) -> str:
    """Return the statement that adds as many cases as the others of this bench get."""
    return f"""
        WITH more AS (INSERT INTO application (id, digest, person, matter, open, received_at,
            due_on, case_number, envelope, receipt, terminal, masked_name, way, staff, closed_at,
            awaiting, planned)
        SELECT 'more ' || n, digest, 'more ' || n, matter, true, received_at, due_on,
            'more ' || n, envelope, receipt, terminal, masked_name, way, staff, '', false, true
        FROM application, generate_series(1, {MORE}) AS n
        WHERE id = lpad('{cases}', 8, '0') || '-0000-4000-8000-000000000000' RETURNING 1)
        SELECT count(*) FROM more
    """  # noqa: S608 - numbers of ours


def _opened(url: str) -> CentralDatabase:
    found = open_database(url)
    if isinstance(found, SchemaTrouble):
        raise SystemExit(f"bench backups: {found.value}")
    return found


def _timed(work: Callable[[], T]) -> tuple[T, float]:
    begun = time.process_time()
    return work(), time.process_time() - begun
