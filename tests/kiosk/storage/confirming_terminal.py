"""A terminal that confirms applications, restarts, and runs out of disk."""

from __future__ import annotations

import resource
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk.delivery.submission import submit
from kiosk.storage.copies.confirmed_copies import SUFFIX, DeviceCipher
from kiosk.storage.copies.copy_format import SECTOR
from kiosk.storage.copy_repair import CopyCheck
from kiosk.storage.store import Store, open_store
from kiosk.storage.store_check import StoreCheck, read_store_alarm, was_emptied
from script.benches.applicants import AT, central_key, id_of, invent
from script.benches.storage.power_cut import sender

NOW = datetime(2026, 11, 29, 9, 0, tzinfo=UTC)
KEY = central_key(1)


class ConfirmingTerminal:
    """One terminal's folder, and the starts of its program."""

    def __init__(self, folder: Path, cipher: DeviceCipher | None = None) -> None:
        self.path = folder / "kiosk.db"
        self.cipher = cipher
        self.rooms = 0
        self.store: Store

    @property
    def copies(self) -> Path:
        return self.path.with_name(self.path.name + SUFFIX)

    def start(self, *, has_keys: bool = True) -> CopyCheck:
        """Start the program; return what a second look finds: nothing, since the first repairs."""
        was_empty = was_emptied(self.path, has_keys=has_keys)
        opened = open_store(self.path)
        assert isinstance(opened, Store), opened
        self.store = opened
        self.check = StoreCheck(
            opened, self.cipher, "BZ-1", lambda: NOW, self.make_room, was_empty=was_empty
        )
        assert self.check.attach() is None
        assert self.check.attach() is None  # it is there already
        assert self.check.compare() == CopyCheck()
        return CopyCheck()

    def make_room(self) -> bool:
        self.rooms += 1
        resource.setrlimit(resource.RLIMIT_FSIZE, NO_LIMIT)
        return True

    def confirm(self, *numbers: int) -> None:
        for number in numbers:
            assert (
                submit(self.store, sender(KEY), invent(number), datetime.fromisoformat(AT)) is None
            )

    def image(self) -> dict[str, bytes]:
        """Return the files as a power cut now would leave them."""
        files = self.path.parent.iterdir()
        return {one.name: one.read_bytes() for one in files if not one.name.endswith("-shm")}

    def lay_out(self, image: dict[str, bytes]) -> None:
        for one in self.path.parent.iterdir():
            one.unlink()
        for name, content in image.items():
            (self.path.parent / name).write_bytes(content)

    def sql(self, *statements: str) -> None:
        """Change the database behind the program's back."""
        with closing(sqlite3.connect(self.path)) as database:
            for one in statements:
                database.execute(one)
            database.commit()

    @property
    def alarm(self) -> str:
        return read_store_alarm(self.store).brief.removesuffix(f" {NOW.isoformat()}")

    @property
    def waiting(self) -> dict[int, str]:
        """Return what waits, by number; each with the body that was sealed."""
        due = self.store.due(0.0)
        assert all(one.digest.encode() in one.body for one in due)
        return {one.sequence: one.id for one in due}


NO_LIMIT = resource.getrlimit(resource.RLIMIT_FSIZE)


@contextmanager
def full_disk(path: Path) -> Iterator[None]:
    """Let no file become longer than this one is."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size, NO_LIMIT[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, NO_LIMIT)


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[ConfirmingTerminal]:
    found = ConfirmingTerminal(tmp_path / "data")
    found.start()
    yield found
    found.store.close()


def restart(terminal: ConfirmingTerminal, image: dict[str, bytes] | None = None) -> None:
    """Kill the program, lay out what the disk holds, and start again."""
    left = terminal.image() if image is None else image
    terminal.store.close()
    terminal.lay_out(left)
    terminal.start()


def numbers(count: int) -> dict[int, str]:
    return {number + 1: id_of(number) for number in range(count)}


def spoil(terminal: ConfirmingTerminal, sequence: int, at: int, length: int = SECTOR) -> None:
    """Overwrite a part of a copy, counted from its start."""
    places = {one.sequence: one.offset for one in terminal.store.copies.read().found}  # type: ignore[union-attr]
    with terminal.copies.open("r+b") as file:
        file.seek(places[sequence] + at)
        file.write(b"\xaa" * length)
