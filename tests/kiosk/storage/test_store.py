"""What the store has said yes to survives, and what was delivered is shredded."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace

import pytest
import sqlalchemy as sa

from kiosk.audit.audit import first_broken
from kiosk.audit.audit_events import AuditEvent
from kiosk.failures import Failure
from kiosk.storage.database import read_trouble
from kiosk.storage.store import OutboxRecord, OutboxState, Store, StoreError, open_store

AT = "2026-11-23T09:30:00+08:00"
CANARY = "34162219660615001X"


@pytest.fixture
def file_store(tmp_path):
    opened = open_store(tmp_path / "deep" / "kiosk.db")
    assert isinstance(opened, Store)
    yield opened
    opened.close()


def parcel(name: str = "a", body: bytes = b"sealed") -> OutboxRecord:
    return OutboxRecord(
        name, f"/v1/applications/{name}", "x/y", "d" * 64, body, "刘**", ("R01", "R06")
    )


def confirm(store: Store, one: OutboxRecord) -> Failure | None:
    return store.confirm(lambda _: one, AuditEvent.CONFIRMED, AT, {"services": "2"})


def test_a_confirmed_parcel_waits(store):
    assert confirm(store, parcel()) is None
    (waiting,) = store.due(0.0)
    assert (waiting.id, waiting.sequence, waiting.body) == ("a", 1, b"sealed")
    assert store.counts() == {
        OutboxState.WAITING: 1,
        OutboxState.DELIVERED: 0,
        OutboxState.QUARANTINED: 0,
    }


def test_confirming_twice_is_once(store):
    confirm(store, parcel())
    assert confirm(store, replace(parcel(), body=b"other")) is None
    assert [one.body for one in store.due(0.0)] == [b"sealed"]
    assert len(store.audit()) == 1


def test_a_known_id_with_another_digest_is_a_bug_of_the_caller(store):
    """Silently kept, the second signature would be thrown away."""
    confirm(store, parcel())
    with pytest.raises(ValueError, match="another digest"):
        confirm(store, replace(parcel(), digest="e" * 64))
    assert [one.digest for one in store.due(0.0)] == ["d" * 64]
    assert len(store.audit()) == 1


def test_sequence_has_no_gaps(store):
    seen = []

    def build(sequence: int) -> OutboxRecord:
        seen.append(sequence)
        return parcel(f"p{sequence}")

    for _ in range(3):
        store.confirm(build, AuditEvent.CONFIRMED, AT, {})
    assert seen == [1, 2, 3]


def test_a_retry_waits_for_its_time_and_a_start_ignores_it(store):
    confirm(store, parcel())
    store.try_later("a", 50.0, "timeout")
    assert store.due(49.0) == ()
    assert store.next_due(0.0) == 50.0
    assert store.due(50.0)[0].tries == 1
    store.all_due()
    assert store.next_due(0.0) == 0.0


def test_quarantine_lets_the_next_pass(store):
    confirm(store, parcel("a"))
    confirm(store, parcel("b"))
    store.quarantine("a", "status 422", AT, "{}")
    assert [one.id for one in store.due(0.0)] == ["b"]
    assert store.counts()[OutboxState.QUARANTINED] == 1


def test_delivered_is_shredded_with_the_wal(tmp_path):
    path = tmp_path / "kiosk.db"
    store = open_store(path)
    assert isinstance(store, Store)
    body = CANARY.encode() * 50
    confirm(store, parcel(body=body))
    files = [path, path.with_name("kiosk.db-wal")]
    assert any(CANARY.encode() in file.read_bytes() for file in files)
    store.delivered("a", '{"receipt":1}', AT)
    assert not any(CANARY.encode() in file.read_bytes() for file in files if file.exists())
    assert store.next_due(0.0) is None
    store.close()
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("select receipt from outbox").fetchall() == [('{"receipt":1}',)]


def test_a_checkpoint_that_fails_does_not_undo_the_delivery(file_store):
    def judge(_action: int, name: str | None, *_more: object) -> int:
        return sqlite3.SQLITE_DENY if name == "wal_checkpoint" else sqlite3.SQLITE_OK

    confirm(file_store, parcel())
    file_store.database.engine.dispose()
    sa.event.listen(file_store.database.engine, "connect", lambda one, _: one.set_authorizer(judge))
    file_store.delivered("a", "{}", AT)
    assert file_store.counts()[OutboxState.DELIVERED] == 1


def test_a_store_that_is_opened_again_still_has_it(opener):
    first = opener()
    confirm(first, parcel())
    first.close()
    again = opener()
    assert [one.id for one in again.due(0.0)] == ["a"]
    assert again.audit()[0].subject == "a"
    again.close()


def test_two_at_once_leave_no_gap_and_lose_nothing(store):
    """Two threads, as the store's and delivery's are."""
    names = [f"p{number}" for number in range(24)]
    with ThreadPoolExecutor(4) as threads:
        assert set(threads.map(lambda name: confirm(store, parcel(name)), names)) == {None}
    assert [one.sequence for one in store.due(0.0)] == list(range(1, 25))
    assert first_broken(store.audit()) is None


def test_audit_chain_names_the_first_broken_row(store):
    confirm(store, parcel("a"))
    store.record_event(AuditEvent.STARTED, "terminal", AT, version="1")
    store.delivered("a", "{}", AT)
    chain = store.audit()
    assert [entry.event for entry in chain] == ["confirmed", "started", "delivered"]
    assert first_broken(chain) is None
    forged = (*chain[:1], replace(chain[1], subject="other"), *chain[2:])
    assert first_broken(forged) == 2
    assert first_broken(chain[1:]) == 2


def note_until_its_page_is_full(store: Store) -> None:
    for _ in range(1000):
        store.record_event(AuditEvent.STARTED, "terminal", AT, version="1")


def test_a_full_disk_is_a_value_and_keeps_what_was_there(file_store):
    confirm(file_store, parcel("a"))
    with file_store.database.engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
    # every connection of this engine gets the limit: a database that may not grow is a full disk
    file_store.database.engine.dispose()
    sa.event.listen(
        file_store.database.engine,
        "connect",
        lambda connection, _: connection.execute(f"PRAGMA max_page_count={pages}"),
    )
    assert confirm(file_store, parcel("b", b"x" * 200_000)) is Failure.DISK_FULL
    assert [one.id for one in file_store.due(0.0)] == ["a"]
    with pytest.raises(StoreError) as caught:
        note_until_its_page_is_full(file_store)
    assert caught.value.failure is Failure.DISK_FULL
    assert first_broken(file_store.audit()) is None


def test_a_file_that_is_no_database(tmp_path):
    path = tmp_path / "kiosk.db"
    path.write_bytes(b"this is not a database, but long enough to look at" * 20)
    assert open_store(path) is Failure.STORE_UNREADABLE


def test_a_folder_that_cannot_be_made(tmp_path):
    (tmp_path / "file").touch()
    assert open_store(tmp_path / "file" / "kiosk.db") is Failure.STORE_UNREADABLE


def test_other_database_errors_are_unreadable():
    broken = sa.exc.DatabaseError("select", {}, sqlite3.DatabaseError("malformed"))
    assert read_trouble(broken.orig) is Failure.STORE_UNREADABLE
