"""A database of an older program is upgraded without a loss, a newer one is left alone."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Barrier

import pytest
import sqlalchemy as sa

import main
from central.operator.backup import restore_backup, write_backup
from central.store.database import CentralDatabase
from central.store.upgrade import HEAD, OLDER, STEPS, SchemaTrouble, fit_schema, open_database
from kiosk.storage.revisions import climb
from tests.central.filing import PRESENT, filing
from tests.central.standing import NOON, WANG, Standing, standing
from tests.central.store.old_databases import (
    NEXT,
    TO_FIRST,
    TO_FOURTH,
    TO_THIRTEENTH,
    copies,
    differences,
    kept,
    make_filled,
    more_steps,
    opened,
    revision,
    rows,
    run,
    step,
    url,
)
from tests.postgresql import PostgresqlServer

__all__ = ["url"]


def test_the_steps_make_the_tables_of_the_program(url: str) -> None:
    database = CentralDatabase(url)
    database.alone(lambda connection: climb(connection, STEPS, "base", HEAD))
    database.close()
    assert differences(url) == []
    assert revision(url) == [HEAD]


def test_a_new_database_has_them_at_once(url: str) -> None:
    opened(url).close()
    assert differences(url) == []
    assert revision(url) == [HEAD]
    run(url, "ALTER TABLE handed DROP COLUMN unit", "DROP INDEX due_tasks")
    assert len(differences(url)) == 2


def test_a_current_file_starts_without_alembic(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'central.db'}"
    opened(url).close()
    said = (
        "import sys; from central.store.upgrade import open_database;"
        f"open_database({url!r}); print('alembic' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", said], check=True, capture_output=True, text=True)
    assert done.stdout == "False\n"


def make_unmarked(folder: Path, url: str) -> None:
    """Make what version 0.1.0 left, filled."""
    make_filled(folder, url)
    run(url, *TO_FIRST)


def test_what_the_first_version_left_goes_on(tmp_path: Path, url: str) -> None:
    make_filled(tmp_path, url)
    before = kept(url)
    run(url, *TO_FIRST)
    opened(url).close()
    assert kept(url) == before
    assert differences(url) == []
    with standing(tmp_path, url) as central, central.client() as client:
        assert revision(url) == [HEAD]
        body = central.body(9)
        path = f"/v1/applications/{json.loads(body)['id']}"
        assert client.put(path, content=body, headers=central.headers()).status_code == 409
    assert sum(bool(lines) for _, lines in before) >= 11


def test_a_filing_for_another_that_is_under_way_is_told_and_can_be_stopped(
    tmp_path: Path, url: str
) -> None:
    with (
        standing(tmp_path, url) as central,
        central.client() as client,
        filing(central, client) as here,
    ):
        here.put(1, **PRESENT)
        here.put(2, WANG, way="self")
    run(url, *TO_FOURTH)
    with (
        standing(tmp_path, url) as central,
        central.client() as client,
        filing(central, client) as here,
    ):
        assert (here.state(1), here.state(2)) == ("started", "not_needed")
        here.work()
        assert [name for name, _ in here.sent()] == ["acted_for"]
        here.reply("0")
        assert here.state(1) == "refused"


def parts(url: str) -> list[tuple[str, str]]:
    """Return what is under way: part and application, in order."""
    (found,) = (lines for table, lines in rows(url) if table == "open_part")
    return sorted((json.loads(one)["part"], json.loads(one)["application_id"]) for one in found)


def test_what_was_under_way_before_parts_were_kept_still_blocks(tmp_path: Path, url: str) -> None:
    make_filled(tmp_path, url)
    before = parts(url)
    assert before
    run(url, *TO_THIRTEENTH)
    opened(url).close()
    assert parts(url) == before
    assert differences(url) == []


def test_a_step_that_adds_is_kept_with_a_copy(tmp_path: Path, url: str) -> None:
    make_filled(tmp_path, url)
    before = rows(url)
    assert step(url, tmp_path, "ALTER TABLE talent ADD COLUMN more VARCHAR") is None
    assert revision(url) == [NEXT]
    assert rows(url) == before
    if url.startswith("sqlite"):
        (copy,) = copies(tmp_path)
        assert copy.stat().st_mode & 0o777 == 0o600
        assert rows(f"sqlite:///{copy}") == [
            (table, [] if table == "draft" else lines) for table, lines in before
        ]
        assert revision(f"sqlite:///{copy}") == [HEAD]
    assert open_database(url) is SchemaTrouble.NEWER


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM rating",
        "DELETE FROM chunk",
        "UPDATE application SET receipt = envelope",
        "UPDATE application SET case_number = '1'",
        "UPDATE terminal SET revoked = false",
        "UPDATE arrival SET sequence = sequence + 1",
        "DROP TABLE seal",
        "ALTER TABLE arrival RENAME TO arrived",
        "no SQL at all",
    ],
)
def test_a_step_that_loses_or_fails_is_taken_back(tmp_path: Path, url: str, sql: str) -> None:
    make_filled(tmp_path, url)
    before = rows(url)
    assert step(url, tmp_path, sql) is SchemaTrouble.NOT_UPGRADED
    assert revision(url) == [HEAD]
    assert differences(url) == []
    assert rows(url) == before
    opened(url).close()


def test_many_at_a_time_make_and_step_once(tmp_path: Path, url: str) -> None:
    steps = more_steps(tmp_path, "CREATE TABLE once (number INTEGER)")
    start = Barrier(4)
    if url.startswith("sqlite"):  # of those that turn an empty file to WAL, SQLite refuses some
        opened(url).close()

    def begin(_number: int) -> list[SchemaTrouble | None]:
        database = CentralDatabase(url)
        start.wait()
        first = fit_schema(database)
        start.wait()
        found = [first, fit_schema(database, steps, NEXT, (HEAD,))]
        database.close()
        return found

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(begin, range(4))) == [[None, None]] * 4
    assert revision(url) == [NEXT]


def test_calls_that_lock_tables_in_another_order_end_neither_themselves_nor_the_steps(
    tmp_path: Path, postgresql: PostgresqlServer
) -> None:
    """A call has written a task when the steps begin, and then writes its case."""
    url = postgresql.fresh_database()
    make_filled(tmp_path, url)
    run(url, *TO_FOURTH)
    call, watch = sa.create_engine(url), sa.create_engine(url, isolation_level="AUTOCOMMIT")
    waits = sa.text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    with ThreadPoolExecutor(1) as pool, call.connect() as line, watch.connect() as other:
        line.exec_driver_sql("UPDATE task SET reason = reason")
        steps = pool.submit(opened, url)
        while not other.scalar(waits):
            assert not steps.done()
        line.exec_driver_sql("UPDATE application SET staff = staff")
        line.commit()
        steps.result(timeout=60).close()
    for one in (call, watch):
        one.dispose()
    assert revision(url) == [HEAD]


def test_a_newer_database_is_left_alone(tmp_path: Path, url: str) -> None:
    make_filled(tmp_path, url)
    run(url, "UPDATE alembic_version SET version_num = '9999'")
    before = rows(url)
    assert open_database(url) is SchemaTrouble.NEWER
    assert (rows(url), revision(url)) == (before, ["9999"])
    assert not copies(tmp_path)


def test_tables_that_nobody_made_are_left_alone(tmp_path: Path, url: str) -> None:
    make_filled(tmp_path, url)
    run(url, "ALTER TABLE task DROP COLUMN lease", "DROP TABLE alembic_version")
    assert open_database(url) is SchemaTrouble.UNKNOWN
    assert [one[0] for one in differences(url)[0:1]] == ["add_column"]


def test_tables_of_others_are_nothing_to_us(url: str) -> None:
    run(url, "CREATE TABLE of_another (number INTEGER)", "INSERT INTO of_another VALUES (7)")
    opened(url).close()
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT number FROM of_another").scalars().all() == [7]
        assert "application" in sa.inspect(connection).get_table_names()
    engine.dispose()


def test_the_commands_say_what_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    url = f"sqlite:///{tmp_path / 'central.db'}"
    assert main.main(["central", "init", "--data", str(tmp_path)]) == 0
    run(url, "UPDATE alembic_version SET version_num = '9999'")
    capsys.readouterr()
    for words in (["serve"], ["central", "alarms"]):
        assert main.main([*words, "--data", str(tmp_path)]) == 1
        assert capsys.readouterr().err == f"{words[0]}: {tmp_path}: {SchemaTrouble.NEWER.value}\n"


def test_nothing_is_restored_into_a_newer_database(central: Standing, tmp_path: Path) -> None:
    target = tmp_path / "backup"
    write_backup(central.office.store.database, tmp_path / "data", target, NOON)
    url = f"sqlite:///{tmp_path / 'other.db'}"
    opened(url).close()
    run(url, "UPDATE alembic_version SET version_num = '9999'")
    assert restore_backup(target, tmp_path / "other", url) is SchemaTrouble.NEWER


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    path = tmp_path / "central.db"
    path.write_bytes(b"no database, but long enough to be looked at" * 100)
    assert open_database(f"sqlite:///{path}") is SchemaTrouble.DAMAGED


def test_a_database_that_does_not_answer(tmp_path: Path) -> None:
    url = f"postgresql+psycopg://nobody@/nothing?host={tmp_path}"
    assert open_database(url) is SchemaTrouble.UNREACHABLE


def test_an_account_that_may_make_no_tables(postgresql: PostgresqlServer) -> None:
    url = postgresql.fresh_database()
    run(url, "DROP ROLE IF EXISTS guest", "CREATE ROLE guest LOGIN")
    said = url.replace(f"//{postgresql.owner}@", "//guest@")
    assert open_database(said) is SchemaTrouble.FORBIDDEN


def test_no_room_for_the_copy(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'central.db'}"
    opened(url).close()
    (tmp_path / "central.db.part" / "in the way").mkdir(parents=True)
    assert step(url, tmp_path, "CREATE TABLE more (name VARCHAR)") is SchemaTrouble.NO_ROOM
    assert revision(url) == [HEAD]


def test_a_damaged_file_is_not_upgraded(tmp_path: Path) -> None:
    path = tmp_path / "central.db"
    make_filled(tmp_path, f"sqlite:///{path}")
    with closing(sqlite3.connect(path)) as database:
        wanted = "SELECT rootpage FROM sqlite_master WHERE name = 'open_cases'"
        (page,) = database.execute(wanted).fetchone()
        (size,) = database.execute("PRAGMA page_size").fetchone()
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with path.open("r+b") as file:
        file.seek((page - 1) * size + 3)
        file.write(b"\x00\x00")  # an index of nothing
    found = step(f"sqlite:///{path}", tmp_path, "CREATE TABLE more (name VARCHAR)")
    assert found is SchemaTrouble.DAMAGED


def test_every_step_is_known() -> None:
    assert sorted(one.stem for one in STEPS.rglob("revision_*.py")) == [
        f"revision_{one}" for one in (*OLDER, HEAD)
    ]
