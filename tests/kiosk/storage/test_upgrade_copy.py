"""The copy that an upgrade makes: how long it stays, and what ends in it."""

import sqlite3
from contextlib import closing
from pathlib import Path

from kiosk.failures import Failure
from kiosk.storage import backup
from kiosk.storage.store import OutboxState, open_store
from tests.kiosk.storage.earlier_files import (
    AT,
    application,
    content_of,
    fill,
    made_by_release_0_1_0,
    opened,
    path,
)

__all__ = ["path"]


def copies(path: Path) -> list[Path]:
    return sorted(path.parent.glob("*before*"))


def test_the_copy_stays_while_something_waits_and_holds_no_second_life(path):
    made_by_release_0_1_0("", path)
    store = opened(path)
    (copy,) = copies(path)
    assert copy.stat().st_mode & 0o777 == 0o600
    assert [
        row[0]
        for row in store.database.run(lambda c: c.exec_driver_sql("PRAGMA integrity_check").all())
    ] == ["ok"]
    body = application(1)[2]
    assert body in copy.read_bytes()
    store.delivered("application-1", "{}", AT)
    assert body not in copy.read_bytes()
    assert application(4)[2] in copy.read_bytes()
    store.quarantine("application-4", "status 422", AT, "{}")
    assert copies(path) == [copy]
    store.delivered("rating", "", AT)
    assert copies(path) == []
    store.close()


def test_what_a_power_cut_left_in_the_copy_is_settled_at_the_next_start(path, monkeypatch):
    made_by_release_0_1_0("", path)
    store = opened(path)
    monkeypatch.setattr("kiosk.storage.store.let_go", lambda *_: None)
    for one in ("application-1", "application-4", "rating"):
        store.delivered(one, "{}", AT)
    store.close()
    assert len(copies(path)) == 1
    opened(path).close()
    assert copies(path) == []


def test_papers_in_a_copy_end_too(path):
    page = b"sealed page" * 1000
    store = opened(path)
    store.add_paper("a", "x", page)
    assert backup.keep_copy(store.database, "0009") is None
    assert page[:100] in copies(path)[0].read_bytes()
    with closing(sqlite3.connect(copies(path)[0])) as database:
        fill(copies(path)[0])
        database.execute("PRAGMA journal_mode=DELETE")
    backup.let_go(store.database, ("x",))
    assert page[:100] not in copies(path)[0].read_bytes()
    store.close()


def test_a_copy_that_cannot_be_written_stops_no_delivery(path):
    made_by_release_0_1_0("", path)
    store = opened(path)
    copies(path)[0].write_bytes(b"no database, but long enough to be looked at" * 20)
    store.delivered("application-1", "{}", AT)
    assert store.counts()[OutboxState.DELIVERED] == 2
    store.close()
    opened(path).close()


def test_no_room_for_the_copy_is_no_upgrade(path):
    made_by_release_0_1_0("", path)
    before = content_of(path)
    path.with_name("kiosk.db.part").mkdir()
    path.with_name("kiosk.db.part").joinpath("x").touch()
    assert open_store(path) is Failure.DISK_FULL
    assert content_of(path) == before
