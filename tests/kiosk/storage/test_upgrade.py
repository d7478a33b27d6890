"""A database of any released schema is upgraded, delivers what waits, and never loses it."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import date
from hashlib import sha256
from pathlib import Path
from random import Random

import pytest
import sqlalchemy as sa

from kiosk.audit.audit import first_broken
from kiosk.audit.audit_events import AuditEvent
from kiosk.crypto.envelope import digest
from kiosk.crypto.receipt import Receipt, sign_receipt
from kiosk.delivery.outbox import Outbox
from kiosk.failures import Failure
from kiosk.ports import CentralAnswer
from kiosk.storage import backup, upgrade
from kiosk.storage.database import Database, open_file
from kiosk.storage.store import OutboxRecord, StoreError, open_store
from kiosk.storage.tables import METADATA
from kiosk.storage.upgrade import HEAD, MIGRATIONS, OLDER, fit_schema
from tests.kiosk.storage.earlier_files import (
    AT,
    KEY,
    NOW,
    content_of,
    made_by,
    made_by_release_0_1_0,
    opened,
    path,
)

__all__ = ["path"]


class CentralService:
    """Takes everything and signs for it."""

    def call(self, _method, path, _body, _headers):
        name = path.rsplit("/", 1)[1]
        said = digest(name.removeprefix("application-").encode())
        receipt = Receipt(
            name, said, "BZ", 1, "亳退 1", NOW, date(2026, 12, 14), KEY.receipt_key.id
        )
        return CentralAnswer(201, "application/json", None, sign_receipt(receipt, KEY))


@pytest.mark.parametrize(
    ("maker", "revision"),
    [(made_by_release_0_1_0, "0.1.0"), *((made_by, one) for one in (*OLDER, HEAD))],
)
def test_every_released_schema_is_upgraded_and_delivers(path, maker, revision):
    maker(revision, path)
    store = opened(path)
    outbox = Outbox(store, CentralService(), KEY.receipt_key, lambda: 0.0, lambda: NOW, Random(1))
    assert {parcel.id for parcel, _ in outbox.deliver_due()} >= {"application-1", "application-4"}
    states = {
        row[0]: row[1]
        for row in store.database.run(
            lambda connection: connection.exec_driver_sql("SELECT id, state FROM outbox").all()
        )
    }
    assert states["application-1"] == states["application-4"] == "DELIVERED"
    assert (states["gone"], states["aside"]) == ("DELIVERED", "QUARANTINED")
    assert first_broken(store.audit()) is None
    assert [one.sequence for one in store.entries_between(1, 9)] == [1, 2, 3, 4, 5]
    store.close()
    opened(path).close()


@pytest.mark.parametrize("revision", ["0.1.0", *OLDER])
def test_after_an_upgrade_the_next_person_is_served(path, revision):
    """An old table knows no defaults: whoever writes must say everything."""
    (made_by_release_0_1_0 if revision == "0.1.0" else made_by)(revision, path)
    store = opened(path)
    store.add_paper("new", "p", b"page")
    one = OutboxRecord("new", "/v1/applications/new", "x/y", "d" * 64, b"sealed", papers=("p",))
    assert store.confirm(lambda _: one, AuditEvent.CONFIRMED, AT, {}) is None
    assert [one.sequence for one in store.due(0.0)] == [1, 4, 5, 6]
    assert [one.sequence for one in store.papers_due(0.0)] == [7]
    store.close()


def shape(file: Path) -> dict:
    """Return columns and indexes of every table, apart from how a length is written."""
    found: dict = {}
    with closing(sqlite3.connect(file)) as database:
        tables = [
            row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type='table'")
        ]
        for table in sorted(tables):
            columns = database.execute(f"PRAGMA table_info({table})").fetchall()
            found[table] = sorted((one[1], one[2].split("(")[0], one[3], one[5]) for one in columns)
            for index in database.execute(f"PRAGMA index_list({table})").fetchall():
                parts = database.execute(f"PRAGMA index_info({index[1]})").fetchall()
                found[table].append((index[2], [part[2] for part in parts]))
    return found


def test_a_new_file_is_what_the_migrations_make(path, tmp_path):
    """Two ways to the same tables: a column that only one of them knows would be found here."""
    opened(path).close()
    old = tmp_path / "old.db"
    made_by_release_0_1_0("", old)
    opened(old).close()
    assert shape(old) == shape(path)
    assert set(METADATA.tables) < set(shape(path))


def test_a_current_file_starts_without_alembic(path):
    opened(path).close()
    said = (
        "import sys; from pathlib import Path; from kiosk.storage.store import open_store;"
        f"open_store(Path({str(path)!r})); print('alembic' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", said], check=True, capture_output=True, text=True)
    assert done.stdout == "False\n"


def test_a_file_of_a_newer_program_is_left_alone(path):
    opened(path).close()
    with closing(sqlite3.connect(path)) as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
        database.commit()
    before = content_of(path)
    assert open_store(path) is Failure.STORE_NEWER
    assert content_of(path) == before


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE outbox SET body = NULL WHERE sequence = 4",
        "UPDATE outbox SET body = x'00' WHERE sequence = 4",
        "UPDATE outbox SET body = (SELECT body FROM outbox WHERE sequence = 1) WHERE sequence = 4",
        "UPDATE outbox SET digest = 'another' WHERE sequence = 4",
        "UPDATE outbox SET body = x'7b7d' WHERE sequence = 5",
        "UPDATE outbox SET state = 'HALFWAY' WHERE sequence = 4",
        "UPDATE outbox SET path = '/v1/blobs/x' WHERE sequence = 4",
    ],
)
def test_no_upgrade_while_something_that_waits_cannot_be_read(path, damage):
    made_by_release_0_1_0("", path)
    with closing(sqlite3.connect(path)) as database:
        database.execute(damage)
        database.commit()
    before = content_of(path)
    assert open_store(path) is Failure.STORE_ROW_UNREADABLE
    assert content_of(path) == before
    assert not [*path.parent.glob("*before*")]


def test_a_paper_that_waits_is_looked_at_too(path):
    page = b"sealed page"
    name = sha256(page).hexdigest()
    made_by(HEAD, path)
    with closing(sqlite3.connect(path)) as database:
        database.execute("INSERT INTO blob VALUES (?, 'a', ?, ?, '[]')", (name, len(page), page))
        database.execute(
            "UPDATE outbox SET id = ?, path = ?, digest = ?, body = NULL WHERE sequence = 4",
            (name, f"/v1/blobs/{name}", name),
        )
        database.commit()
    store = opened(path)
    assert store.database.run(upgrade.unreadable) == ()
    store.record_chunks(name, (0,))
    with closing(sqlite3.connect(path)) as database:
        database.execute("UPDATE blob SET body = x'00'")
        database.commit()
    assert store.database.run(upgrade.unreadable) == (name,)
    store.close()


STEP = '''"""A step that should never have been released."""
from alembic import op

revision, down_revision = "0666", "{head}"


def upgrade():
    op.execute("""{sql}""")
'''


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM outbox WHERE sequence = 4",
        "DELETE FROM outbox WHERE state = 'QUARANTINED'",
        "DELETE FROM outbox WHERE state = 'DELIVERED'",
        "UPDATE outbox SET body = x'00' WHERE sequence = 4",
        "UPDATE outbox SET body = NULL WHERE sequence = 3",
        "UPDATE outbox SET state = 'DELIVERED' WHERE sequence = 4",
        "UPDATE outbox SET sequence = 40 WHERE sequence = 4",
        "UPDATE outbox SET receipt = '' WHERE sequence = 2",
        "DELETE FROM audit",
        "DROP TABLE blob",
        "DELETE FROM blob",
        "ALTER TABLE outbox RENAME TO outbox_old",
    ],
)
def test_an_upgrade_that_damages_what_is_kept_is_taken_back(path, tmp_path, sql):
    made_by(HEAD, path)
    with closing(sqlite3.connect(path)) as database:
        database.execute("INSERT INTO blob VALUES ('x', 'a', 1, x'00', '[]')")
        database.commit()
    before = content_of(path)
    assert stepped(path, tmp_path, sql) in (
        Failure.STORE_NOT_UPGRADED,
        Failure.STORE_UNREADABLE,
    )
    assert content_of(path) == before
    opened(path).close()


def test_the_same_upgrade_passes_when_it_only_adds(path, tmp_path):
    """Otherwise the damages above might be refused for another reason."""
    made_by(HEAD, path)
    assert stepped(path, tmp_path, "CREATE TABLE more (name VARCHAR)") is None
    assert open_store(path) is Failure.STORE_NEWER


def stepped(path: Path, tmp_path: Path, sql: str) -> Failure | None:
    """Take one step more than this program knows."""
    folder = tmp_path / "migrations"
    (folder / "versions").mkdir(parents=True)
    for file in (MIGRATIONS / "env.py", *MIGRATIONS.glob("versions/revision_*.py")):
        target = folder / file.relative_to(MIGRATIONS)
        target.write_text(file.read_text())
    (folder / "versions" / "revision_0666.py").write_text(STEP.format(head=HEAD, sql=sql))
    database = open_file(path)
    assert isinstance(database, Database)
    try:
        return upgrade._upgrade(database, HEAD, folder, "0666")
    except StoreError as error:
        return error.failure
    finally:
        database.close()


def test_a_damaged_file_is_not_upgraded(path):
    made_by_release_0_1_0("", path)
    with closing(sqlite3.connect(path)) as database:
        page = database.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'ix_outbox_state'"
        ).fetchone()[0]
        size = database.execute("PRAGMA page_size").fetchone()[0]
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with path.open("r+b") as file:
        file.seek((page - 1) * size + 3)
        file.write(b"\x00\x00")  # an index of nothing
    assert open_store(path) is Failure.STORE_UNREADABLE


def test_a_server_keeps_its_own_copies(path):
    database = Database(sa.create_engine("sqlite://"), None)
    assert backup.keep_copy(database, "x") is None
    backup.let_go(database, ("x",))
    backup.settle_copies(database)
    database.close()


def test_fit_schema_says_why_it_could_not_look(path):
    path.write_bytes(b"no database, but long enough to be looked at" * 20)
    database = open_file(path)
    assert isinstance(database, Database)
    assert fit_schema(database) is Failure.STORE_UNREADABLE
    database.close()
