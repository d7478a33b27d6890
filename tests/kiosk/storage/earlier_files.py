"""Databases that earlier programs made."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from kiosk.audit.audit import link
from kiosk.audit.audit_events import AuditEvent
from kiosk.crypto.envelope import MEDIA_TYPE, Envelope, digest
from kiosk.crypto.receipt import SigningKey
from kiosk.storage.database import Database, open_file
from kiosk.storage.store import Store, open_store
from kiosk.storage.upgrade import MIGRATIONS

AT = "2026-11-23T09:30:00+08:00"
NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
KEY = SigningKey(b"k" * 32)
SECRET = b"sealed to the central service"
RELEASE_0_1_0 = """
CREATE TABLE audit (
    sequence INTEGER NOT NULL, at VARCHAR NOT NULL, event VARCHAR(11) NOT NULL,
    subject VARCHAR NOT NULL, detail VARCHAR NOT NULL, previous VARCHAR NOT NULL,
    digest VARCHAR NOT NULL, PRIMARY KEY (sequence));
CREATE TABLE outbox (
    id VARCHAR NOT NULL, sequence INTEGER NOT NULL, path VARCHAR NOT NULL,
    media_type VARCHAR NOT NULL, digest VARCHAR NOT NULL, body BLOB, state VARCHAR(11) NOT NULL,
    tries INTEGER NOT NULL, next_try DOUBLE NOT NULL, trouble VARCHAR NOT NULL,
    masked_name VARCHAR NOT NULL, services VARCHAR NOT NULL, confirmed_at VARCHAR NOT NULL,
    receipt VARCHAR NOT NULL, PRIMARY KEY (id), UNIQUE (sequence));
CREATE INDEX ix_outbox_state ON outbox (state);
"""
"""What release 0.1.0 wrote into a new file, word for word."""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "kiosk.db"


def application(number: int) -> tuple[str, str, bytes]:
    """Return id, digest and body, as submission.py makes them."""
    name, content = f"application-{number}", digest(str(number).encode())
    return name, content, Envelope(name, content, "key", "BZ", number, SECRET).encode()


def fill(file: Path) -> None:
    """Put in what a terminal may hold: waiting, rated, delivered, set aside; and the chain."""
    rating = b'{"grade": 5}'
    rows = [
        (*application(1), 1, MEDIA_TYPE, "WAITING", ""),
        ("gone", "e" * 64, None, 2, MEDIA_TYPE, "DELIVERED", "a signed receipt"),
        ("aside", "f" * 64, b"{}", 3, MEDIA_TYPE, "QUARANTINED", ""),
        (*application(4), 4, MEDIA_TYPE, "WAITING", ""),
        ("rating", digest(rating), rating, 5, "application/json", "WAITING", ""),
    ]
    with closing(sqlite3.connect(file)) as database:
        for name, said, body, sequence, media_type, state, receipt in rows:
            kind = "ratings/x" if name == "rating" else "applications"
            database.execute(
                "INSERT INTO outbox (id, sequence, path, media_type, digest, body, state, tries,"
                " next_try, trouble, masked_name, services, confirmed_at, receipt)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, 0, 0.0, '', '刘**', 'R01', ?, ?)",
                (name, sequence, f"/v1/{kind}/{name}", media_type, said, body, state, AT, receipt),
            )
        entry = link(None, AT, AuditEvent.STARTED, "BZ", {})
        database.execute(
            "INSERT INTO audit VALUES (1, ?, 'STARTED', 'BZ', '{}', ?, ?)",
            (AT, entry.previous, entry.digest),
        )
        database.execute("PRAGMA journal_mode=WAL")
        database.commit()


def made_by(revision: str, file: Path) -> None:
    """Make a database as the program of that revision had it."""
    database = open_file(file)
    assert isinstance(database, Database)
    database.run(lambda connection: migrate_to(connection, revision))
    database.close()
    fill(file)


def migrate_to(connection: sa.Connection, revision: str) -> None:
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    command.upgrade(config, revision)


def made_by_release_0_1_0(_revision: str, file: Path) -> None:
    with closing(sqlite3.connect(file)) as database:
        database.executescript(RELEASE_0_1_0)
    fill(file)


def content_of(file: Path) -> list[tuple]:
    with closing(sqlite3.connect(file)) as database:
        return [*database.iterdump()]


def opened(file: Path) -> Store:
    store = open_store(file)
    assert isinstance(store, Store), store
    return store
