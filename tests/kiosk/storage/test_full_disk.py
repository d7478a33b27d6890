"""A full disk keeps what was confirmed, and what is given up for it lets receipts be noted."""

import os
import subprocess
from contextlib import suppress
from pathlib import Path

import pytest
import sqlalchemy as sa

from kiosk.audit.audit import first_broken
from kiosk.audit.audit_events import AuditEvent
from kiosk.failures import Failure
from kiosk.storage.reserved_space import ReservedSpace
from kiosk.storage.store import OutboxRecord, OutboxState, Store, StoreError, open_store
from kiosk.units import MIB

AT = "2026-11-23T09:30:00+08:00"
BODY = os.urandom(40_000)


def confirm(store: Store, name: str, body: bytes = BODY) -> Failure | None:
    one = OutboxRecord(name, f"/v1/applications/{name}", "x/y", "d" * 64, body)
    return store.confirm(lambda _: one, AuditEvent.CONFIRMED, AT, {})


def fill(store: Store) -> list[str]:
    """Confirm until the disk is full; return what was taken."""
    taken: list[str] = []
    while confirm(store, f"a{len(taken)}") is None:
        taken.append(f"a{len(taken)}")
    return taken


# what is given up


def test_ballast_takes_its_room_once_and_gives_it_back(tmp_path):
    reserve = ReservedSpace(tmp_path / "kiosk.db.ballast", MIB, MIB)
    assert not reserve.release()
    reserve.make()
    reserve.make()
    assert reserve.path.stat().st_size == MIB
    assert reserve.path.stat().st_blocks * 512 >= MIB  # really taken, not a hole
    assert reserve.release()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("size", "floor"), [(0, 0), (MIB, 1 << 62)], ids=["none is wanted", "the floor is near"]
)
def test_no_ballast_where_there_should_be_none(tmp_path, size, floor):
    ReservedSpace(tmp_path / "ballast", size, floor).make()
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_has_no_ballast(tmp_path):
    ReservedSpace(tmp_path / "none" / "ballast", MIB, 0).make()


# a file that may not grow stands for a full disk


class PageLimit:
    """A limit on the file's pages; making room lifts it, once."""

    def __init__(self, rooms: int) -> None:
        self.rooms = rooms
        self.pages = 0

    def release(self) -> bool:
        self.rooms -= 1
        if self.rooms >= 0:
            self.pages += 100
            self.store.database.engine.dispose()
        return self.rooms >= 0

    def limit(self, store: Store, pages: int) -> None:
        self.store, self.pages = store, pages
        store.database.engine.dispose()
        sa.event.listen(
            store.database.engine,
            "connect",
            lambda connection, _: connection.execute(f"PRAGMA max_page_count={self.pages}"),
        )


@pytest.mark.parametrize("rooms", [0, 1])
def test_a_write_is_tried_once_more_when_room_was_made(tmp_path, rooms):
    limit = PageLimit(rooms)
    store = open_store(tmp_path / "kiosk.db", limit.release)
    assert isinstance(store, Store)
    limit.limit(store, 60)
    taken = fill(store)
    assert (limit.rooms, len(taken)) == (-1, 4 + 10 * rooms)
    assert [one.id for one in store.due(0.0)] == taken
    assert first_broken(store.audit()) is None
    store.close()


def test_room_is_made_for_emptying_the_log_too(tmp_path):
    """Or what was delivered would stay readable in it while the disk is full."""
    rooms = [True]
    store = open_store(tmp_path / "kiosk.db", lambda: bool(rooms) and rooms.pop())
    assert isinstance(store, Store)
    confirm(store, "a")
    store.database.engine.dispose()

    def judge(_action, name, *_more):
        return 1 if name == "wal_checkpoint" and rooms else 0

    sa.event.listen(store.database.engine, "connect", lambda one, _: one.set_authorizer(judge))
    store.delivered("a", "{}", AT)
    assert rooms == []
    assert not any(BODY[:64] in file.read_bytes() for file in tmp_path.iterdir())
    store.close()


# a disk that is really full


@pytest.fixture
def small_disk(tmp_path: Path):
    disk = tmp_path / "disk"
    disk.mkdir()
    options = ["-t", "tmpfs", "-o", "size=16m", "kiosk-test", str(disk)]
    done = subprocess.run(["mount", *options], check=False, capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"no small disk without rights to mount one: {done.stderr.strip()}")
    yield disk
    subprocess.run(["umount", "--lazy", str(disk)], check=True)


def stuff(path: Path) -> None:
    """Write until the disk is full."""
    with path.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(512))


def test_who_signs_last_is_kept_and_receipts_are_noted_on_a_full_disk(small_disk):
    reserve = ReservedSpace(small_disk / "kiosk.db.ballast", 6 * MIB, 0)
    store = open_store(small_disk / "kiosk.db", reserve.release)
    assert isinstance(store, Store)
    reserve.make()
    names = [f"a{number}" for number in range(20)]
    assert {confirm(store, name) for name in names} == {None}
    stuff(small_disk / "stuffing")
    with pytest.raises(StoreError):
        store.add_paper("last", "p", os.urandom(3 * MIB))
    assert reserve.path.exists()
    assert confirm(store, "last", os.urandom(MIB)) is None  # more than the log's file has room for
    assert not reserve.path.exists()
    reserve.make()
    assert not reserve.path.exists()  # no room for it yet
    for name in (*names, "last"):
        store.delivered(name, "{}", AT)
    assert store.counts()[OutboxState.DELIVERED] == 21
    assert not any(BODY[:64] in file.read_bytes() for file in small_disk.glob("kiosk.db*"))
    assert first_broken(store.audit()) is None
    store.close()


def test_without_ballast_a_full_disk_cannot_even_note_a_receipt(small_disk):
    """The control: this is what the reserve is for."""
    (small_disk / "stuffing").write_bytes(bytes(MIB))
    store = open_store(small_disk / "kiosk.db")
    assert isinstance(store, Store)
    taken = fill(store)
    stuff(small_disk / "more")
    with pytest.raises(StoreError, match="disk_full"):
        store.delivered(taken[0], "x" * 20_000, AT)
    (small_disk / "stuffing").unlink()
    store.delivered(taken[0], "x" * 20_000, AT)
    store.close()
