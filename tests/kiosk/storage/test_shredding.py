"""What is over is in no file any more: database, log, shared memory, copies, whatever lies there."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from kiosk.audit.audit_events import AuditEvent
from kiosk.storage import backup
from kiosk.storage.drafts import Drafts
from kiosk.storage.store import OutboxRecord, Store, open_store
from tests.kiosk.storage.test_drafts import DraftKey, NoiseBytes

AT = "2026-11-23T09:30:00+08:00"
ROOT = Path(__file__).parents[3]
RECORD, PAGE, OTHER_PAGE = (os.urandom(40_000) for _ in range(3))
PIECE = 200


@pytest.fixture
def store(tmp_path):
    opened = open_store(tmp_path / "kiosk.db")
    assert isinstance(opened, Store)
    yield opened
    opened.close()


def holders(folder: Path, secret: bytes) -> list[str]:
    """Return the files in which any piece of a secret lies: pages of a database cut it."""
    pieces = [secret[at : at + PIECE] for at in range(0, len(secret) - PIECE, PIECE)]
    return sorted(
        file.name
        for file in folder.iterdir()
        if any(piece in file.read_bytes() for piece in pieces)
    )


def fill(store: Store) -> Drafts:
    store.add_paper("a", "p", PAGE)
    store.add_paper("a", "q", OTHER_PAGE)
    one = OutboxRecord("a", "/v1/applications/a", "x/y", "d" * 64, RECORD, papers=("p",))
    assert store.confirm(lambda _: one, AuditEvent.CONFIRMED, AT, {}) is None
    drafts = Drafts(store.database, DraftKey(), NoiseBytes(), lambda: 0.0, 60.0)
    drafts.keep("341602196606010011", RECORD)
    return drafts


def sealed_draft(folder: Path) -> bytes:
    with closing(sqlite3.connect(folder / "kiosk.db")) as database:
        found: bytes = database.execute("SELECT sealed FROM draft").fetchone()[0]
        return found


def test_each_thing_is_gone_when_it_is_over(store, tmp_path):
    drafts = fill(store)
    draft = sealed_draft(tmp_path)
    assert backup.keep_copy(store.database, "0009") is None
    copy = "kiosk.db.before-0009"
    for secret, there in ((RECORD, 1), (PAGE, 1), (OTHER_PAGE, 1), (draft, 0)):
        assert (copy in holders(tmp_path, secret)) is bool(there)
        assert [name for name in holders(tmp_path, secret) if name != copy], "the search is blind"
    store.delivered("a", "{}", AT)
    assert holders(tmp_path, RECORD) == []
    assert PAGE[:PIECE] in (tmp_path / "kiosk.db").read_bytes() or holders(tmp_path, PAGE)
    store.delivered("p", "{}", AT)
    assert holders(tmp_path, PAGE) == []
    assert not (tmp_path / copy).exists()
    store.drop_unconfirmed_papers()
    assert holders(tmp_path, OTHER_PAGE) == []
    drafts.drop("341602196606010011")
    assert holders(tmp_path, draft) == []


def test_a_search_finds_what_was_only_deleted(tmp_path):
    """The control: without secure_delete and an emptied log the bytes are still there."""
    path = tmp_path / "plain.db"
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA secure_delete=OFF")
        database.execute("CREATE TABLE t (body BLOB)")
        database.execute("INSERT INTO t VALUES (?)", (RECORD,))
        database.commit()
        database.execute("DELETE FROM t")
        database.commit()
    assert holders(tmp_path, RECORD) == ["plain.db"]


def test_a_log_that_somebody_reads_is_emptied_a_little_later(store, tmp_path):
    fill(store)
    store.database.engine.dispose()
    with closing(sqlite3.connect(tmp_path / "kiosk.db", isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM outbox").fetchone()
        with closing(store.database.engine.raw_connection()) as pooled:
            pooled.cursor().execute("PRAGMA busy_timeout=0").close()
        store.delivered("a", "{}", AT)
        assert holders(tmp_path, RECORD) != []
    store.database.tidy()
    assert holders(tmp_path, RECORD) == []
    store.database.tidy()


DIES = f"""
import os, sys
from pathlib import Path
from kiosk.storage.database import Database
from kiosk.storage.store import open_store
Database.tidy = lambda _: None
Database.shred = lambda _: os._exit(9)
open_store(Path(sys.argv[1])).delivered("a", "a signed receipt", {AT!r})
"""


def test_who_is_killed_before_shredding_shreds_at_the_next_start(tmp_path):
    first = open_store(tmp_path / "kiosk.db")
    assert isinstance(first, Store)
    fill(first)
    first.close()
    command = [sys.executable, "-c", DIES, str(tmp_path / "kiosk.db")]
    done = subprocess.run(command, check=False, cwd=ROOT)
    assert done.returncode == 9
    assert holders(tmp_path, RECORD) != []
    again = open_store(tmp_path / "kiosk.db")
    assert isinstance(again, Store)
    assert holders(tmp_path, RECORD) == []
    again.close()
