"""An encrypted file says nothing without its machine; terminals on one server do not meet."""

import os
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256

import pytest
import sqlalchemy as sa

from kiosk.audit.audit import first_broken
from kiosk.audit.audit_events import AuditEvent
from kiosk.crypto.envelope import MEDIA_TYPE, Envelope, digest
from kiosk.failures import Failure
from kiosk.storage import cipher, upgrade
from kiosk.storage.cipher import open_encrypted
from kiosk.storage.database import Database
from kiosk.storage.open_store import open_chosen_store
from kiosk.storage.retention import Retention
from kiosk.storage.server import open_server, schema_of
from kiosk.storage.store import OutboxRecord, Store, fit_store, open_store
from tests.kiosk.invented_people import handbook
from tests.kiosk.storage.earlier_files import migrate_to
from tests.kiosk.terminals import TERMINALS, FixedKey

AT = "2026-11-23T09:30:00+08:00"
SECRET = b"34162219660615001X" * 500


def parcel(name: str = "a") -> OutboxRecord:
    return OutboxRecord(name, f"/v1/applications/{name}", "x/y", "d" * 64, SECRET, "刘**", ("R01",))


def confirm(store: Store, one: OutboxRecord) -> None:
    assert store.confirm(lambda _: one, AuditEvent.CONFIRMED, AT, {"services": "2"}) is None


class OtherFileKey:
    def derive(self, purpose: str) -> bytes:
        return sha256(b"another machine" + purpose.encode()).digest()


def encrypted(path, key=None) -> Store | Failure:
    return fit_store(open_encrypted(path, key or FixedKey()))


# the whole file encrypted


def test_an_encrypted_file_says_nothing(tmp_path):
    path, plain = tmp_path / "kiosk.db", tmp_path / "plain" / "kiosk.db"
    stores = [encrypted(path), open_store(plain)]
    for store in stores:
        assert isinstance(store, Store)
        confirm(store, parcel())
    said = [
        b"".join(file.read_bytes() for file in folder.iterdir() if file.is_file())
        for folder in (path.parent, plain.parent)
    ]
    words = (SECRET[:18], "刘**".encode(), b"CONFIRMED", b"CREATE TABLE", b"SQLite format 3")
    assert [word in said[0] for word in words] == [False] * 5
    assert [word in said[1] for word in words] == [True] * 5, "the search is blind"
    for store in stores:
        store.close()


@pytest.mark.parametrize("key", [OtherFileKey(), FixedKey()], ids=["another key", "a plain file"])
def test_a_file_that_this_key_does_not_open_is_left_alone(tmp_path, key, capfd):
    path = tmp_path / "kiosk.db"
    first = open_store(path) if isinstance(key, FixedKey) else encrypted(path)
    assert isinstance(first, Store)
    confirm(first, parcel())
    first.close()
    before = path.read_bytes()
    assert encrypted(path, key) is Failure.STORE_LOCKED
    assert path.read_bytes() == before
    assert capfd.readouterr().err == ""


def test_a_plain_program_does_not_open_an_encrypted_file(tmp_path):
    store = encrypted(tmp_path / "kiosk.db")
    assert isinstance(store, Store)
    store.close()
    assert open_store(tmp_path / "kiosk.db") is Failure.STORE_UNREADABLE


def test_the_copy_before_an_upgrade_is_encrypted_too(tmp_path):
    path = tmp_path / "kiosk.db"
    database = open_encrypted(path, FixedKey())
    assert isinstance(database, Database)
    database.run(lambda connection: migrate_to(connection, "0001"))
    fill(database)
    store = fit_store(database)
    assert isinstance(store, Store)
    (copy,) = tmp_path.glob("*before*")
    assert copy.stat().st_size > 4096
    assert b"sealed to the central service" not in copy.read_bytes()
    assert [one.id for one in store.due(0.0)] == ["old"]
    store.delivered("old", "{}", AT)
    assert not copy.exists()
    store.close()


def test_a_full_disk_is_known_by_its_code_there_too(tmp_path):
    store = encrypted(tmp_path / "kiosk.db")
    assert isinstance(store, Store)
    store.database.engine.dispose()
    sa.event.listen(
        store.database.engine,
        "connect",
        lambda connection, _: connection.execute("PRAGMA max_page_count=20"),
    )
    big = replace(parcel(), body=os.urandom(200_000))
    assert store.confirm(lambda _: big, AuditEvent.CONFIRMED, AT, {}) is Failure.DISK_FULL
    store.close()


def test_a_folder_that_cannot_be_made(tmp_path):
    (tmp_path / "file").touch()
    assert encrypted(tmp_path / "file" / "kiosk.db") is Failure.STORE_UNREADABLE


def test_a_driver_that_was_not_installed_is_said(tmp_path, monkeypatch):
    def missing(_name):
        raise ImportError

    monkeypatch.setattr(cipher, "import_module", missing)
    assert encrypted(tmp_path / "kiosk.db") is Failure.STORE_DRIVER_MISSING
    assert open_server("postgresql+nonsense://x/y", "BZ") is Failure.STORE_DRIVER_MISSING


def fill(database: Database) -> None:
    """Put in an application that waits, as release 0.1.0 had it."""
    body = Envelope("old", digest(b"x"), "key", "BZ", 1, b"sealed to the central service").encode()
    columns = "id, sequence, path, media_type, digest, body, state, tries, next_try, trouble, masked_name, services, confirmed_at, receipt"
    names = columns.replace(" ", "").split(",")
    row = (
        "old",
        1,
        "/v1/applications/old",
        MEDIA_TYPE,
        digest(b"x"),
        body,
        "WAITING",
        0,
        0.0,
        "",
        "刘**",
        "R01",
        AT,
        "",
    )
    insert = sa.text(
        f"INSERT INTO outbox ({columns}) VALUES ({', '.join(f':{one}' for one in names)})"
    )
    database.run(lambda connection: connection.execute(insert, dict(zip(names, row, strict=True))))


# a server


@pytest.fixture
def url(postgresql) -> str:
    return postgresql.fresh_database()


def on_server(url: str, terminal: str) -> Store:
    store = fit_store(open_server(url, terminal))
    assert isinstance(store, Store), store
    return store


def test_terminals_on_one_server_do_not_meet(url):
    names = [f"BZ-{next(TERMINALS)}" for _ in range(2)]
    stores = [on_server(url, name) for name in names]
    for store in stores:
        confirm(store, parcel("a"))
        confirm(store, parcel("b"))
        assert [one.sequence for one in store.due(0.0)] == [1, 2]
    stores[0].delivered("a", "{}", AT)
    assert [[one.id for one in store.due(0.0)] for store in stores] == [["b"], ["a", "b"]]
    assert [first_broken(store.audit()) for store in stores] == [None, None]
    assert len({schema_of(name) for name in names}) == 2
    for store in stores:
        store.close()


def test_links_are_proved_and_names_blanked_on_a_server_too(url):
    store = on_server(url, f"BZ-{next(TERMINALS)}")
    confirm(store, parcel())
    store.delivered("a", "receipt", AT)
    links = store.audit_after(0, 9)
    assert (links[0].members()["event"], links[-1].head) == ("confirmed", store.head())
    later = datetime.fromisoformat(AT) + timedelta(days=31)
    assert Retention(store, 30, lambda: later).blank_when_due() == 1
    assert Retention(store, 30, lambda: later).blank_when_due() == 0
    store.close()


def test_an_upgrade_on_a_server_delivers_what_waits(url):
    terminal = f"BZ-{next(TERMINALS)}"
    database = open_server(url, terminal)
    assert isinstance(database, Database)
    database.run(lambda connection: migrate_to(connection, "0001"))
    fill(database)
    store = fit_store(database)
    assert isinstance(store, Store)
    assert [one.id for one in store.due(0.0)] == ["old"]
    store.delivered("old", "{}", AT)
    store.close()
    on_server(url, terminal).close()


def test_a_damaging_upgrade_is_taken_back_on_a_server_too(url, monkeypatch):
    database = open_server(url, f"BZ-{next(TERMINALS)}")
    assert isinstance(database, Database)
    database.run(lambda connection: migrate_to(connection, "0001"))
    fill(database)
    seen = iter(["before", "after"])
    monkeypatch.setattr(upgrade, "fingerprint", lambda _: next(seen))
    assert upgrade.fit_schema(database) is Failure.STORE_NOT_UPGRADED
    monkeypatch.undo()
    assert upgrade.fit_schema(database) is None
    database.close()


def test_a_server_commits_to_its_disk_before_a_person_is_told(url):
    store = on_server(url, f"BZ-{next(TERMINALS)}")
    said = store.database.run(
        lambda connection: connection.exec_driver_sql("SHOW synchronous_commit").scalar()
    )
    assert said == "on"  # the test server's own file says off
    store.close()


def test_a_server_that_does_not_answer_is_a_value(tmp_path):
    url = f"postgresql+psycopg://nobody@/postgres?host={tmp_path}"
    assert open_server(url, "BZ-1") is Failure.STORE_UNREADABLE
    found = handbook().settings
    settings = replace(found, store=replace(found.store, url=url, path=str(tmp_path / "k.db")))
    assert open_chosen_store(settings, FixedKey, lambda: False) is Failure.STORE_UNREADABLE


def test_the_store_answers_again_when_the_server_does(url):
    """Connections that the server cut are made anew."""
    store = on_server(url, f"BZ-{next(TERMINALS)}")
    confirm(store, parcel())
    other = sa.create_engine(url)
    with other.connect() as connection:
        connection.exec_driver_sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
    other.dispose()
    assert [one.id for one in store.due(0.0)] == ["a"]
    store.close()


def test_a_plain_file_is_the_default(tmp_path):
    found = handbook().settings
    path = tmp_path / "kiosk.db"
    settings = replace(found, store=replace(found.store, path=str(path)))
    store = open_chosen_store(settings, FixedKey, lambda: False)
    assert isinstance(store, Store)
    store.close()
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("SELECT count(*) FROM outbox").fetchone() == (0,)
