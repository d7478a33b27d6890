"""Plain columns of ended parcels are blanked in time; no byte of them stays in any file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from kiosk.audit.audit_events import AuditEvent
from kiosk.civil_time import CIVIL_ZONE
from kiosk.delivery.pending_report import read_undelivered, withdraw
from kiosk.delivery.unsigned_refusals import UnsignedRefusals
from kiosk.storage.copies.confirmed_copies import ConfirmedCopies
from kiosk.storage.copies.copy_format import (
    RECORD_TEXTS,
    CopyRecord,
    CopyState,
    Plain,
    encode_record,
)
from kiosk.storage.retention import Retention
from kiosk.storage.store import OutboxRecord, Store, open_store
from kiosk.storage.tables import OUTBOX

NOON = datetime(2026, 11, 23, 12, tzinfo=CIVIL_ZONE)
NAME, SERVICES, RECEIPT = "欧阳**", "R01 R06 R17", '{"case_number":"亳退 0042 7138"}'
IN_JSON = json.dumps(NAME)[1:-1]
DAYS = 30


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path / "kiosk.db")
    assert isinstance(opened, Store)
    opened.copies = ConfirmedCopies(tmp_path / "kiosk.db.copies")
    yield opened
    opened.close()


def confirm(store: Store, name: str, at: datetime) -> None:
    parcel = OutboxRecord(
        name, f"/v1/applications/{name}", "x/y", "d" * 64, b"sealed", NAME, tuple(SERVICES.split())
    )
    said = at.isoformat(timespec="seconds")
    assert store.confirm(lambda _: parcel, AuditEvent.CONFIRMED, said, {}) is None


def deliver(store: Store, name: str, at: datetime = NOON) -> None:
    confirm(store, name, at)
    store.delivered(name, RECEIPT, at.isoformat(timespec="seconds"))


def kept(store: Store) -> dict[str, tuple[str, str, str]]:
    query = sa.select(OUTBOX.c.id, OUTBOX.c.masked_name, OUTBOX.c.services, OUTBOX.c.receipt)
    rows = store.database.run(lambda it: it.execute(query).all())
    return {name: tuple(rest) for name, *rest in rows}  # type: ignore[misc]


def holders(folder: Path) -> set[str]:
    """Return the files in which a byte string of the columns lies."""
    secrets = [one.encode() for one in (NAME, IN_JSON, SERVICES, "亳退 0042 7138")]
    return {
        file.name
        for file in folder.iterdir()
        if any(secret in file.read_bytes() for secret in secrets)
    }


def test_what_was_delivered_is_blanked_in_time_and_in_no_file(store: Store, tmp_path: Path) -> None:
    deliver(store, "a")
    clock = [NOON + timedelta(days=DAYS)]
    retention = Retention(store, DAYS, lambda: clock[0])
    assert retention.blank_when_due() == 0
    assert kept(store)["a"] == (NAME, SERVICES, RECEIPT)
    clock[0] += timedelta(hours=1)
    assert retention.blank_when_due() == 1
    assert kept(store)["a"] == ("", "", "")
    assert holders(tmp_path) == set()
    assert store.entries_between(1, 1)[0].digest == "d" * 64


def test_what_waits_or_was_set_aside_keeps_its_columns(store: Store, tmp_path: Path) -> None:
    confirm(store, "waits", NOON)
    confirm(store, "refused", NOON)
    store.quarantine("refused", "open-case", NOON.isoformat(), "signed")
    later = NOON + timedelta(days=DAYS * 9)
    assert Retention(store, DAYS, lambda: later).blank_when_due() == 0
    assert [one.masked_name for one in read_undelivered(store.database)] == [NAME, NAME]
    assert withdraw(store.database, "refused", NOON.isoformat())
    assert Retention(store, DAYS, lambda: later).blank_when_due() == 1
    assert kept(store) == {"waits": (NAME, SERVICES, ""), "refused": ("", "", "")}
    assert UnsignedRefusals(store, later.timestamp, lambda: later).release_when_due() == ()


def test_a_copy_says_nothing_of_what_was_delivered(store: Store, tmp_path: Path) -> None:
    deliver(store, "a")
    confirm(store, "b", NOON)
    copies = (tmp_path / "kiosk.db.copies").read_bytes()
    assert copies.count(IN_JSON.encode()) == 2  # the description of "b", which stands there twice


def test_a_copy_that_an_earlier_version_ended_is_blanked_at_the_start(tmp_path: Path) -> None:
    path = tmp_path / "kiosk.db.copies"
    copies = ConfirmedCopies(path)
    about: dict[str, object] = dict.fromkeys(RECORD_TEXTS, "x") | {
        "masked_name": NAME,
        "services": SERVICES,
    }
    about |= {"papers": [], "detail": {}}
    record = CopyRecord(CopyState.LIVE, 1, 1, 1, about, b"sealed")
    pending = copies.start(1, 1, about, b"sealed")
    copies.settle(pending)
    older = encode_record(
        CopyRecord(CopyState.ENDED, record.sequence, record.last, record.serial, about, b""),
        Plain(),
    )
    with path.open("r+b") as file:
        file.seek(pending.place.offset)
        file.write(older.ljust(pending.place.size, b"\0"))
    copies.close()
    assert holders(tmp_path) == {"kiosk.db.copies"}
    again = ConfirmedCopies(path)
    (found,) = again.read().found
    assert (found.sequence, found.is_live) == (1, False)
    assert found.about == about | {"masked_name": "", "services": ""}
    again.close()
    assert holders(tmp_path) == set()


def test_it_is_done_once_an_hour_and_when_the_clock_was_set_back(store: Store) -> None:
    clock = [NOON + timedelta(days=DAYS, hours=1)]
    retention = Retention(store, DAYS, lambda: clock[0])
    assert retention.blank_when_due() == 0
    deliver(store, "a")
    clock[0] += timedelta(minutes=59)
    assert retention.blank_when_due() == 0
    clock[0] += timedelta(minutes=1)
    assert retention.blank_when_due() == 1
    deliver(store, "ahead", NOON + timedelta(days=9000))
    clock[0] -= timedelta(seconds=1)
    assert retention.blank_when_due() == 1
    assert kept(store)["ahead"] == ("", "", "")
