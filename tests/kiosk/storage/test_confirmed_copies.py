"""What was confirmed lies in two files, and whichever is whole gives the body."""

from __future__ import annotations

import os
import resource
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest
import sqlalchemy as sa

from kiosk.audit.audit import first_broken
from kiosk.audit.audit_events import AuditEvent
from kiosk.delivery.submission import submit
from kiosk.failures import Failure
from kiosk.storage.confirmed_copies import SUFFIX, ConfirmedCopies, Copying, DeviceCipher
from kiosk.storage.copy_format import BLOCK, SECTOR, SETTLED_AT, encode_start, scan_copies
from kiosk.storage.copy_repair import GAP, CopyCheck
from kiosk.storage.database import Database
from kiosk.storage.store import OutboxRecord, OutboxState, Store, StoreError, open_store
from kiosk.storage.store_check import StoreCheck, read_store_alarm, was_emptied
from script.benches.applicants import AT, SECRETS, central_key, id_of, invent
from script.benches.storage.power_cut import sender
from tests.kiosk.terminals import FixedKey

NOW = datetime(2026, 11, 29, 9, 0, tzinfo=UTC)
KEY = central_key(1)


class Terminal:
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
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    found = Terminal(tmp_path / "data")
    found.start()
    yield found
    found.store.close()


def restart(terminal: Terminal, image: dict[str, bytes] | None = None) -> None:
    """Kill the program, lay out what the disk holds, and start again."""
    left = terminal.image() if image is None else image
    terminal.store.close()
    terminal.lay_out(left)
    terminal.start()


def numbers(count: int) -> dict[int, str]:
    return {number + 1: id_of(number) for number in range(count)}


# what is written


def test_six_confirmed_offline_survive_a_damaged_log(terminal: Terminal) -> None:
    """Before: 512 bytes of noise in the log, and six were gone, without a word."""
    terminal.confirm(*range(6))
    image = terminal.image()
    log = bytearray(image["kiosk.db-wal"])
    log[len(log) // 3 :][:SECTOR] = b""
    log[len(log) // 3 : len(log) // 3 + SECTOR] = b"x" * SECTOR
    restart(terminal, image | {"kiosk.db-wal": bytes(log)})
    assert terminal.waiting == numbers(6)
    assert terminal.alarm.startswith("restored ")
    assert first_broken(terminal.store.audit()) is None
    assert terminal.store.audit()[-1].event is AuditEvent.STORE_DISAGREED
    terminal.confirm(6)
    assert terminal.waiting == numbers(7)


def test_the_body_of_what_was_delivered_is_in_no_file(terminal: Terminal) -> None:
    terminal.confirm(*range(3))
    bodies = [one.body for one in terminal.store.due(0.0)]
    mark = bodies[1][-400:-300]
    assert sum(mark in content for content in terminal.image().values()) > 1
    terminal.store.delivered(id_of(1), "{}", AT)
    assert not any(mark in content for content in terminal.image().values())
    assert bodies[0][-400:-300] in terminal.copies.read_bytes()
    assert not SECRETS.search(terminal.copies.read_bytes())
    terminal.store.delivered(id_of(2), "{}", AT)  # the newest: its place stays its own
    terminal.store.delivered(id_of(0), "{}", AT)
    restart(terminal)
    terminal.confirm(3)
    assert (terminal.waiting, terminal.alarm) == ({4: id_of(3)}, "")


def test_places_are_used_again_and_the_file_grows_when_it_must(terminal: Terminal) -> None:
    size = terminal.copies.stat().st_size
    for number in range(120):
        terminal.confirm(number)
        terminal.store.delivered(id_of(number), "{}", AT)
    assert terminal.copies.stat().st_size == size
    terminal.confirm(*range(200, 300))
    assert terminal.copies.stat().st_size == 2 * size - BLOCK
    restart(terminal)
    assert (len(terminal.waiting), terminal.alarm) == (100, "")


def test_a_known_id_is_not_copied_twice(terminal: Terminal) -> None:
    terminal.confirm(0, 0)
    assert len(terminal.store.copies.read().found) == 1  # type: ignore[union-attr]
    terminal.store.copies.end("an id that has none")  # type: ignore[union-attr]
    assert len(terminal.store.copies.read().found) == 1  # type: ignore[union-attr]


def test_what_the_database_refuses_has_no_copy(terminal: Terminal) -> None:
    terminal.confirm(0)
    other = OutboxRecord(id_of(0), "/v1/applications/x", "x/y", "d" * 64, b"other")
    with pytest.raises(ValueError, match="another digest"):
        terminal.store.confirm(lambda _: other, AuditEvent.CONFIRMED, AT, {})
    engine = terminal.store.database.engine

    def refuse(*_: object) -> None:
        raise sqlite3.OperationalError("no")

    sa.event.listen(engine, "commit", refuse)
    at = datetime.fromisoformat(AT)
    with pytest.raises(sqlite3.OperationalError):
        submit(terminal.store, sender(KEY), invent(1), at)
    with pytest.raises(sqlite3.OperationalError):
        terminal.store.add_paper("x", sha256(b"page").hexdigest(), b"page")
    sa.event.remove(engine, "commit", refuse)
    terminal.sql("CREATE TRIGGER no BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'no'); END")
    assert submit(terminal.store, sender(KEY), invent(1), at) is Failure.STORE_UNREADABLE
    terminal.sql("DROP TRIGGER no")
    restart(terminal)
    assert (terminal.waiting, terminal.alarm) == (numbers(1), "")


# a power cut between the two


def test_a_copy_whose_row_a_power_cut_lost_is_made_up_for_in_silence(terminal: Terminal) -> None:
    terminal.confirm(0, 1)
    before = terminal.image()
    terminal.confirm(2)
    links = terminal.store.audit()
    copies = bytearray(terminal.copies.read_bytes())
    place = max(terminal.store.copies.read().found, key=lambda one: one.serial).offset  # type: ignore[union-attr]
    copies[place + SETTLED_AT] = 0  # that both have it was not flushed
    restart(terminal, before | {terminal.copies.name: bytes(copies)})
    assert (terminal.waiting, terminal.alarm) == (numbers(3), "")
    assert terminal.store.audit() == links


def test_a_row_whose_copy_a_power_cut_lost_gets_one_in_silence(terminal: Terminal) -> None:
    terminal.confirm(0, 1)
    copies = terminal.copies.read_bytes()
    terminal.confirm(2)
    restart(terminal, terminal.image() | {terminal.copies.name: copies})
    assert (terminal.waiting, terminal.alarm) == (numbers(3), "")
    assert len(terminal.store.copies.read().found) == 3  # type: ignore[union-attr]


def test_a_receipt_that_a_power_cut_kept_from_the_copy_shreds_it_later(terminal: Terminal) -> None:
    terminal.confirm(0, 1)
    copies = terminal.copies.read_bytes()
    terminal.store.delivered(id_of(0), "{}", AT)
    restart(terminal, terminal.image() | {terminal.copies.name: copies})
    assert (terminal.waiting, terminal.alarm) == ({2: id_of(1)}, "")
    live = [one for one in terminal.store.copies.read().found if one.is_live]  # type: ignore[union-attr]
    assert [one.sequence for one in live] == [2]


def test_a_data_folder_of_before_gets_copies_in_silence(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path)
    opened = open_store(terminal.path)
    assert isinstance(opened, Store)
    terminal.store = opened
    terminal.confirm(*range(4))
    opened.delivered(id_of(0), "{}", AT)
    opened.quarantine(id_of(1), "status 422", AT, "{}")
    opened.close()
    terminal.start()
    assert terminal.alarm == ""
    assert len(terminal.store.copies.read().found) == 3  # type: ignore[union-attr]
    terminal.sql("DELETE FROM outbox WHERE sequence > 2")
    restart(terminal)
    assert terminal.waiting == {3: id_of(2), 4: id_of(3)}
    assert terminal.alarm == "restored 2"
    terminal.store.close()


# damage


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE outbox SET body = zeroblob(300) WHERE sequence = 2",
        "UPDATE outbox SET body = NULL WHERE sequence = 2",
        "UPDATE outbox SET id = x'ff00' WHERE sequence = 2",
        "UPDATE outbox SET state = 'WAITXNG' WHERE sequence = 2",
        "UPDATE outbox SET digest = 'd', path = x'fe' WHERE sequence = 2",
        "UPDATE outbox SET sequence = 77 WHERE sequence = 2",
        "UPDATE outbox SET sequence = 'x' WHERE sequence = 2",
        "DELETE FROM outbox WHERE sequence = 2",
    ],
)
def test_a_damaged_row_comes_back_from_its_copy(terminal: Terminal, damage: str) -> None:
    terminal.confirm(*range(3))
    terminal.sql(damage)
    assert terminal.check.compare() == CopyCheck(restored=1)
    assert (terminal.waiting, terminal.alarm) == (numbers(3), "restored 1")
    assert terminal.check.compare().agrees


@pytest.mark.parametrize("index", ["ix_outbox_state", "sqlite_autoindex_outbox_1"])
def test_a_damaged_index_hides_nothing(terminal: Terminal, index: str) -> None:
    """Its page says that it has no entries: no query fails, and nothing would be sent."""
    terminal.confirm(*range(3))
    terminal.store.close()
    with closing(sqlite3.connect(terminal.path)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        query = "SELECT rootpage FROM sqlite_master WHERE name = ?"
        page = database.execute(query, (index,)).fetchone()[0]
    with terminal.path.open("r+b") as file:
        file.seek((page - 1) * BLOCK + 3)
        file.write(bytes(2))
    terminal.start()
    assert (terminal.waiting, terminal.alarm) == (numbers(3), "restored 3")


def test_an_event_of_a_newer_program_is_a_confirmation(terminal: Terminal) -> None:
    terminal.confirm(0)
    (found,) = terminal.store.copies.read().found  # type: ignore[union-attr]
    about = {**(found.about or {}), "event": "of_the_future", "detail": {"more": "1"}}
    copying = Copying(terminal.store.copies)
    copying.start(1, 1, about, found.body or b"")
    copying.settle()
    terminal.store.copies.clear(found)  # type: ignore[union-attr]
    terminal.sql("DELETE FROM outbox", "DELETE FROM audit")
    terminal.check.compare()
    assert terminal.waiting == numbers(1)
    assert terminal.store.audit()[0].event is AuditEvent.CONFIRMED


def test_what_was_set_aside_stays_set_aside(terminal: Terminal) -> None:
    terminal.confirm(0)
    terminal.store.quarantine(id_of(0), "status 422", AT, "{}")
    terminal.sql("UPDATE outbox SET body = x'00'")
    assert terminal.check.compare().restored == 1
    assert terminal.store.counts()[OutboxState.QUARANTINED] == 1


def test_a_number_that_something_else_took_meanwhile_is_left_to_it(terminal: Terminal) -> None:
    terminal.confirm(0)
    image = terminal.image()
    terminal.sql("DELETE FROM outbox")
    opened = open_store(terminal.path)
    assert isinstance(opened, Store)
    assert submit(opened, sender(KEY), invent(7), datetime.fromisoformat(AT)) is None
    opened.close()
    left = terminal.image() | {terminal.copies.name: image[terminal.copies.name]}
    restart(terminal, left)
    assert terminal.waiting == {1: id_of(7), 2: id_of(0)}
    assert "restored 1" in terminal.alarm


def spoil(terminal: Terminal, sequence: int, at: int, length: int = SECTOR) -> None:
    """Overwrite a part of a copy, counted from its start."""
    places = {one.sequence: one.offset for one in terminal.store.copies.read().found}  # type: ignore[union-attr]
    with terminal.copies.open("r+b") as file:
        file.seek(places[sequence] + at)
        file.write(b"\xaa" * length)


@pytest.mark.parametrize("at", [0, SECTOR, 4 * SECTOR], ids=["head", "description", "body"])
def test_a_damaged_copy_is_made_anew(terminal: Terminal, at: int) -> None:
    terminal.confirm(*range(3))
    spoil(terminal, 2, at)
    check = terminal.check.compare()
    assert check.remade == (at == 4 * SECTOR)  # a damaged end is known by the other
    assert (terminal.waiting, check.lost) == (numbers(3), ())
    assert len(terminal.store.copies.read().found) == 3  # type: ignore[union-attr]


def test_what_is_whole_in_neither_is_named_by_its_number(terminal: Terminal) -> None:
    terminal.confirm(*range(4))
    spoil(terminal, 2, 4 * SECTOR)
    terminal.sql("UPDATE outbox SET body = x'00' WHERE sequence = 2")
    spoil(terminal, 3, 4 * SECTOR)
    terminal.sql("DELETE FROM outbox WHERE sequence = 3")
    check = terminal.check.compare()
    assert (check.lost, check.restored) == ((2, 3), 0)
    assert "lost 2" in terminal.alarm
    terminal.confirm(9)
    assert terminal.store.last_sequence() > GAP  # no number of what may be gone is used again


def test_a_body_of_the_right_form_that_is_not_the_copied_one_is_lost(terminal: Terminal) -> None:
    terminal.confirm(0, 1)
    spoil(terminal, 1, 4 * SECTOR)
    terminal.sql(
        "UPDATE outbox SET body = replace(CAST(body AS TEXT), 'sealed\":\"', 'sealed\":\"A')"
    )
    check = terminal.check.compare()
    assert (check.lost, check.restored) == ((1,), 1)


def test_a_file_of_copies_that_is_gone_or_cut_is_told_and_made_anew(terminal: Terminal) -> None:
    terminal.confirm(*range(3))
    image = terminal.image()
    for content in (None, b"", image[terminal.copies.name][: 3 * BLOCK]):
        left = {name: said for name, said in image.items() if name != terminal.copies.name}
        left |= {} if content is None else {terminal.copies.name: content}
        restart(terminal, left)
        assert terminal.waiting == numbers(3)
        assert terminal.alarm in ("remade 4", "remade 3")
        assert len(terminal.store.copies.read().found) == 3  # type: ignore[union-attr]


def test_a_damaged_start_of_the_file_is_mended(terminal: Terminal) -> None:
    terminal.confirm(0)
    with terminal.copies.open("r+b") as file:
        file.write(b"\xaa" * SECTOR)
    assert terminal.check.compare() == CopyCheck(remade=1)
    assert terminal.check.compare().agrees


# another database


def test_an_older_database_is_told_and_its_numbers_are_not_used_again(terminal: Terminal) -> None:
    terminal.confirm(0)
    older = terminal.image()
    terminal.confirm(1, 2)
    for number in (1, 2):
        terminal.store.delivered(id_of(number), "{}", AT)
    copies = terminal.copies.read_bytes()
    restart(terminal, older | {terminal.copies.name: copies})
    assert terminal.alarm == "skipped 2 older 1"
    assert terminal.waiting == {1: id_of(0)}
    restart(terminal)
    assert terminal.alarm == "skipped 2 older 1"  # it is told once
    terminal.confirm(5)
    assert max(terminal.waiting) == 3 + GAP + 1


def test_an_empty_database_is_not_taken_for_the_first(terminal: Terminal) -> None:
    terminal.confirm(0, 1)
    image = terminal.image()
    copies = image[terminal.copies.name]
    for left in ({terminal.copies.name: copies}, {terminal.copies.name: copies, "kiosk.db": b""}):
        restart(terminal, left)
        assert terminal.waiting == numbers(2)
        assert terminal.alarm == "restored 2 older 1"
    restart(terminal, {"kiosk.db": b""})
    assert terminal.alarm == "older 1"
    restart(terminal, {"kiosk.db.ballast": b"room"})
    assert terminal.alarm == "older 1"
    restart(terminal, {})
    assert terminal.alarm == ""  # nothing tells it from a first start but the central service


def test_what_tells_of_an_earlier_life(tmp_path: Path) -> None:
    path = tmp_path / "kiosk.db"
    assert not was_emptied(path, has_keys=True)
    path.touch()
    assert was_emptied(path, has_keys=True)
    assert not was_emptied(path, has_keys=False)
    path.with_name("kiosk.db-wal").write_bytes(b"log")
    assert was_emptied(path, has_keys=False)
    path.write_bytes(b"something")
    assert not was_emptied(path, has_keys=True)


def test_the_central_services_highest_number_is_not_used_again(terminal: Terminal) -> None:
    terminal.confirm(0, 1)
    assert not terminal.check.learn_highest(2)
    assert terminal.check.learn_highest(40)
    assert terminal.alarm == "skipped 38 older 1"
    assert not terminal.check.learn_highest(40)
    terminal.confirm(2)
    assert max(terminal.waiting) == 41
    terminal.check.learn_highest(60)
    restart(terminal)
    assert terminal.alarm == "skipped 57 older 2"
    terminal.confirm(3)
    assert max(terminal.waiting) == 61


@pytest.mark.parametrize("said", ["", "{", "[]", '{"floor": "x", "told": 7}'])
def test_a_damaged_note_stops_nothing(terminal: Terminal, said: str) -> None:
    terminal.confirm(0)
    assert terminal.check.learn_highest(9)
    terminal.sql(f"UPDATE terminal_note SET value = '{said}'")
    restart(terminal)
    assert terminal.waiting == numbers(1)
    terminal.confirm(1)
    assert max(terminal.waiting) > 1


# captured papers


PAGES = [os.urandom(5_000) for _ in range(3)]
NAMES = [sha256(page).hexdigest() for page in PAGES]


def capture(terminal: Terminal) -> None:
    for name, page in zip(NAMES, PAGES, strict=True):
        terminal.store.add_paper("a", name, page)
    one = OutboxRecord(
        "a", "/v1/applications/a", "x/y", sha256(b"x").hexdigest(), b"x", papers=(*NAMES[:2],)
    )
    assert terminal.store.confirm(lambda _: one, AuditEvent.CONFIRMED, AT, {}) is None
    terminal.store.drop_unconfirmed_papers()


def test_papers_have_copies_until_they_are_acknowledged(terminal: Terminal) -> None:
    capture(terminal)
    assert PAGES[2] not in terminal.copies.read_bytes()
    assert PAGES[0] in terminal.copies.read_bytes()
    terminal.store.delivered(NAMES[0], "{}", AT)
    assert PAGES[0] not in terminal.copies.read_bytes()
    image = terminal.image()
    terminal.sql("DELETE FROM blob", "DELETE FROM outbox")
    restart(terminal)
    assert terminal.store.chunk(NAMES[1], 0) == PAGES[1]
    assert terminal.alarm == "restored 1 lost 1 skipped 1"  # the first page is at the centre
    restart(terminal, image)
    terminal.sql("UPDATE blob SET body = x'00'")
    assert terminal.check.compare() == CopyCheck(restored=1)
    assert terminal.store.chunk(NAMES[1], 0) == PAGES[1]


def test_papers_without_a_whole_copy_get_one_or_are_named(terminal: Terminal) -> None:
    capture(terminal)
    image = terminal.image()
    del image[terminal.copies.name]
    restart(terminal, image)
    assert terminal.alarm == "remade 3"
    assert PAGES[0] in terminal.copies.read_bytes()
    terminal.sql("UPDATE blob SET body = x'00'")
    terminal.store.close()
    terminal.copies.unlink()
    terminal.start()
    assert terminal.alarm == "remade 4 lost 2"


def test_a_power_cut_around_papers_is_silent(terminal: Terminal) -> None:
    terminal.store.add_paper("a", NAMES[0], PAGES[0])
    copies = terminal.copies.read_bytes()
    terminal.store.add_paper("a", NAMES[0], PAGES[0])  # twice is once
    terminal.store.drop_unconfirmed_papers()
    restart(terminal, terminal.image() | {terminal.copies.name: copies})
    assert terminal.alarm == ""
    assert PAGES[0] not in terminal.copies.read_bytes()
    capture(terminal)
    copies = terminal.copies.read_bytes()
    terminal.store.delivered(NAMES[0], "{}", AT)
    restart(terminal, terminal.image() | {terminal.copies.name: copies})
    assert terminal.alarm == ""
    assert PAGES[0] not in terminal.copies.read_bytes()


# the disk


def test_a_disk_without_room_for_copies_confirms_nothing(terminal: Terminal) -> None:
    big = OutboxRecord("big", "/v1/applications/big", "x/y", "d" * 64, bytes(2_000_000))
    size = terminal.copies.stat().st_size
    with full_disk(terminal.copies):
        terminal.rooms = 0
        assert (
            terminal.store.confirm(lambda _: big, AuditEvent.CONFIRMED, AT, {}) is Failure.DISK_FULL
        )
        assert terminal.copies.stat().st_size == size
    assert terminal.store.last_sequence() == 0
    assert terminal.store.confirm(lambda _: big, AuditEvent.CONFIRMED, AT, {}) is None


def test_a_second_try_replaces_the_copy_of_the_first(terminal: Terminal) -> None:
    copying = Copying(terminal.store.copies)
    copying.start(1, 1, {"id": "a"}, b"first")
    copying.start(1, 1, {"id": "a"}, b"second")
    copying.settle()
    (found,) = terminal.store.copies.read().found  # type: ignore[union-attr]
    assert found.body == b"second"


def test_a_copy_that_was_not_written_is_made_by_the_next_check(terminal: Terminal) -> None:
    terminal.confirm(0)
    copies = terminal.store.copies
    assert copies is not None
    put, copies._put = copies._put, fail  # type: ignore[method-assign]
    terminal.confirm(1)
    terminal.store.delivered(id_of(0), "{}", AT)
    terminal.store.drop_unconfirmed_papers()
    with pytest.raises(StoreError):
        terminal.check.compare()
    copies._put = put  # type: ignore[method-assign]
    assert terminal.check.compare().agrees
    assert [one.sequence for one in copies.read().found if one.is_live] == [2]


def fail(*_: object) -> None:
    raise OSError(5, "a disk that gives no answer")


def test_the_first_file_waits_for_room(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path)
    opened = open_store(terminal.path)
    assert isinstance(opened, Store)
    check = StoreCheck(opened, None, "BZ-1", lambda: NOW)
    with full_disk(terminal.path):
        assert check.attach() is Failure.DISK_FULL
        assert opened.copies is None
        assert check.compare().agrees  # there is nothing to compare with yet
        given = StoreCheck(opened, None, "BZ-1", lambda: NOW, terminal.make_room)
        assert given.attach() is None
    assert terminal.rooms == 1
    opened.close()


def test_a_file_that_is_none_is_a_failure(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path)
    terminal.copies.mkdir()
    opened = open_store(terminal.path)
    assert isinstance(opened, Store)
    assert StoreCheck(opened, None, "BZ-1", lambda: NOW).attach() is Failure.STORE_UNREADABLE
    terminal.copies.rmdir()
    terminal.sql("DROP TABLE terminal_note")
    assert StoreCheck(opened, None, "BZ-1", lambda: NOW).attach() is Failure.STORE_UNREADABLE
    assert opened.copies is None
    opened.close()


def test_a_server_keeps_no_copies() -> None:
    store = Store(Database(sa.create_engine("sqlite://"), None))
    check = StoreCheck(store, None, "BZ-1", lambda: NOW)
    assert check.attach() is None
    assert check.compare().agrees
    store.close()


# encrypted


def test_copies_of_an_encrypted_file_say_nothing(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path, DeviceCipher(FixedKey()))
    terminal.start()
    terminal.confirm(0, 1)
    terminal.store.delivered(id_of(0), "{}", AT)
    said = terminal.copies.read_bytes()
    words = ("applications", id_of(0), id_of(1), invent(1).masked_name, "R01")
    assert not any(word.encode() in said for word in words)
    terminal.sql("DELETE FROM outbox WHERE sequence = 2")
    restart(terminal)
    assert (terminal.waiting, terminal.alarm) == ({2: id_of(1)}, "restored 1")
    terminal.cipher = DeviceCipher(OtherKey())  # another machine's: nothing can be read
    restart(terminal)
    assert terminal.waiting == {2: id_of(1)}
    assert terminal.alarm == "restored 1 remade 1"
    terminal.store.close()


class OtherKey:
    def derive(self, purpose: str) -> bytes:
        return sha256(b"another machine" + purpose.encode()).digest()


# the form of the file


def test_noise_is_no_record(tmp_path: Path) -> None:
    copies = ConfirmedCopies(tmp_path / "c")
    copies.start(1, 1, {"id": "a"}, b"body").written.result()
    copies.close()
    content = (tmp_path / "c").read_bytes()
    assert len(scan_copies(content, copies._cipher).found) == 1
    bare = encode_start(0, 0)
    for noise in (b"", b"KIOSKCP1", bytes(SECTOR) + b"KIOSKCP1" + bytes(600), b" KIOSKCPE" * 99):
        assert scan_copies(bare + noise, copies._cipher).found == ()
    twice = content[:BLOCK] + content[BLOCK : 2 * BLOCK] + content[BLOCK + SECTOR :]
    assert len(scan_copies(twice, copies._cipher).found) <= 2


def test_a_folder_is_cloned_byte_for_byte(terminal: Terminal, tmp_path: Path) -> None:
    """Two machines with one folder: each agrees with itself; only the central service can tell."""
    terminal.confirm(0)
    clone = Terminal(tmp_path / "clone")
    shutil.copytree(terminal.path.parent, clone.path.parent)
    clone.start()
    assert clone.alarm == ""
    terminal.confirm(1)
    assert clone.check.learn_highest(2)
    assert clone.alarm == "skipped 1 older 1"
    clone.store.close()
