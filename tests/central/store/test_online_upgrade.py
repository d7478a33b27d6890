"""PostgreSQL's tables are brought up to date while calls go on; who is stopped goes on later."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa

from central.store.upgrade import HEAD, SchemaTrouble, open_database
from central.store.upgrading import inspection, loss_guard, online_tables
from central.store.upgrading.online_tables import OnlineTables
from tests.central.store.old_databases import (
    NEXT,
    TO_THIRTY_SECOND,
    TO_THIRTY_SEVENTH,
    differences,
    kept,
    make_filled,
    opened,
    revision,
    rows,
    run,
    step,
)
from tests.postgresql import PostgresqlServer
from wiring.places import ROOT

OPEN = "import sys; from central.store.upgrade import open_database; open_database(sys.argv[1])"
WAITS = "SELECT pid FROM pg_stat_activity WHERE starts_with(query, 'CREATE INDEX') AND wait_event_type = 'Lock'"
LIMIT = 120


@dataclass(frozen=True)
class OldDatabase:
    """A filled database of an old revision; `before`: what was in it."""

    url: str
    before: list[tuple[str, list[bytes]]]

    def check_new(self) -> None:
        """Check that it has this program's tables, and all that was in it."""
        assert revision(self.url) == [HEAD]
        assert differences(self.url) == []
        assert kept(self.url) == self.before


@pytest.fixture
def old(tmp_path: Path, postgresql: PostgresqlServer) -> OldDatabase:
    url = postgresql.fresh_database()
    make_filled(tmp_path, url)
    before = kept(url)
    run(url, *TO_THIRTY_SECOND)
    return OldDatabase(url, before)


@contextmanager
def stuck_upgrade(url: str) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """Start an upgrade whose index waits for a call; yield it, and its server process.

    The call ends with the block.
    """
    call, watch = sa.create_engine(url), sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with call.connect() as line, watch.connect() as other:
        line.exec_driver_sql("UPDATE correction SET service = service")
        upgrade = subprocess.Popen([sys.executable, "-c", OPEN, url], cwd=ROOT)
        while (found := other.exec_driver_sql(WAITS).first()) is None:
            assert upgrade.poll() is None
        yield upgrade, found.pid
    for one in (call, watch):
        one.dispose()


def kill(upgrade: subprocess.Popen[bytes], _server: int, _url: str) -> None:
    upgrade.kill()


def break_line(_upgrade: subprocess.Popen[bytes], server: int, url: str) -> None:
    run(url, f"SELECT pg_terminate_backend({server})")


@pytest.mark.parametrize("stop", [kill, break_line])
def test_an_upgrade_that_is_stopped_goes_on_at_the_next_start(
    old: OldDatabase, stop: Callable[[subprocess.Popen[bytes], int, str], None]
) -> None:
    with stuck_upgrade(old.url) as (upgrade, server):
        stop(upgrade, server, old.url)
        upgrade.wait(LIMIT)
        assert revision(old.url) == ["0032"]
    opened(old.url).close()
    old.check_new()


def test_calls_write_while_an_index_is_made(old: OldDatabase) -> None:
    with stuck_upgrade(old.url) as (upgrade, _):
        run(
            old.url,
            "SET lock_timeout = '5s'",
            *(f"UPDATE {one} SET application_id = application_id" for one in ("task", "paper")),
            "UPDATE application SET staff = staff",
            "DELETE FROM correction WHERE false",
        )
        assert upgrade.poll() is None
    assert upgrade.wait(LIMIT) == 0
    old.check_new()


def test_several_starts_at_once_bring_it_up_to_date_once(old: OldDatabase) -> None:
    with ThreadPoolExecutor(3) as pool:
        for one in list(pool.map(open_database, [old.url] * 3)):
            assert not isinstance(one, SchemaTrouble)
            one.close()
    old.check_new()


def test_open_cases_with_deadlines_are_marked_batch_by_batch(
    tmp_path: Path, postgresql: PostgresqlServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(online_tables, "BATCH", 1)
    url = postgresql.fresh_database()
    make_filled(tmp_path, url)
    run(
        url,
        "DELETE FROM task_deadline",
        "INSERT INTO task_deadline SELECT id, 'R01', '', '', 'calm', '', 0 FROM application",
        *TO_THIRTY_SEVENTH,
    )
    opened(url).close()
    engine = sa.create_engine(url)
    with engine.connect() as line:
        found = line.exec_driver_sql("SELECT planned, open FROM application").all()
    engine.dispose()
    assert found
    assert all(planned == is_open for planned, is_open in found)


def test_what_was_accepted_is_not_filled_anew(old: OldDatabase) -> None:
    engine = sa.create_engine(old.url, isolation_level="AUTOCOMMIT")
    with engine.connect() as line, pytest.raises(ValueError, match="digest"):
        OnlineTables(line).fill("application", "serial", {"digest": "''"}, "true")
    engine.dispose()


@pytest.fixture
def large(
    tmp_path: Path, postgresql: PostgresqlServer, monkeypatch: pytest.MonkeyPatch
) -> tuple[Path, str]:
    """Return a filled database whose tables all count as large."""
    monkeypatch.setattr(loss_guard, "FEW", 0)
    url = postgresql.fresh_database()
    make_filled(tmp_path, url)
    return tmp_path, url


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM rating",
        "TRUNCATE chunk",
        "UPDATE application SET receipt = envelope",
        "ALTER TABLE application ALTER case_number TYPE varchar USING '1'",
        "ALTER TABLE arrival RENAME TO arrived",
        "ALTER TABLE talent DROP COLUMN envelope",
        """ALTER TABLE application RENAME digest TO other;
        ALTER TABLE application RENAME case_number TO digest;
        ALTER TABLE application RENAME other TO case_number""",
        "CREATE TABLE other (LIKE rating); DROP TABLE rating; ALTER TABLE other RENAME TO rating",
    ],
)
def test_a_loss_in_a_table_that_is_not_read_is_taken_back(
    large: tuple[Path, str], sql: str
) -> None:
    folder, url = large
    before = rows(url)
    assert step(url, folder, sql) is SchemaTrouble.NOT_UPGRADED
    assert revision(url) == [HEAD]
    assert rows(url) == before
    assert differences(url) == []


def test_a_step_that_writes_in_large_tables_is_taken_once_they_were_read(
    large: tuple[Path, str],
) -> None:
    folder, url = large
    assert step(url, folder, "UPDATE application SET masked_name = 'changed'") is None
    assert revision(url) == [NEXT]
    engine = sa.create_engine(url)
    with engine.connect() as line:
        names = line.exec_driver_sql("SELECT DISTINCT masked_name FROM application").all()
    engine.dispose()
    assert names == [("changed",)]


def test_large_tables_are_not_read_when_nothing_is_written_in_them(
    large: tuple[Path, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, url = large
    read: list[str] = []

    def noted(connection: sa.Connection, tables: list[str]) -> dict[str, str]:
        read.extend(tables)
        return inspection.fingerprint(connection, tables)

    monkeypatch.setattr(loss_guard, "fingerprint", noted)
    assert step(url, folder, "ALTER TABLE application ADD COLUMN more VARCHAR") is None
    assert revision(url) == [NEXT]
    assert "application" not in read
