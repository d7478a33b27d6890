"""What was confirmed lies in two files, and whichever is whole gives the body."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from pathlib import Path

import pytest
import sqlalchemy as sa

from kiosk.audit.audit import first_broken
from kiosk.audit.audit_events import AuditEvent
from kiosk.delivery.submission import submit
from kiosk.failures import Failure
from kiosk.storage.copies.confirmed_copies import ConfirmedCopies, Copying, DeviceCipher
from kiosk.storage.copies.copy_format import BLOCK, SECTOR, SETTLED_AT, encode_start, scan_copies
from kiosk.storage.database import Database
from kiosk.storage.store import OutboxRecord, Store, StoreError, open_store
from kiosk.storage.store_check import StoreCheck
from script.benches.applicants import AT, SECRETS, id_of, invent
from script.benches.storage.power_cut import sender
from tests.kiosk.storage.confirming_terminal import (
    KEY,
    NOW,
    ConfirmingTerminal,
    full_disk,
    numbers,
    restart,
    terminal,
)
from tests.kiosk.terminals import FixedKey

__all__ = ["terminal"]


def test_six_confirmed_offline_survive_a_damaged_log(terminal: ConfirmingTerminal) -> None:
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


def test_the_body_of_what_was_delivered_is_in_no_file(terminal: ConfirmingTerminal) -> None:
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


def test_places_are_used_again_and_the_file_grows_when_it_must(
    terminal: ConfirmingTerminal,
) -> None:
    size = terminal.copies.stat().st_size
    for number in range(120):
        terminal.confirm(number)
        terminal.store.delivered(id_of(number), "{}", AT)
    assert terminal.copies.stat().st_size == size
    terminal.confirm(*range(200, 300))
    assert terminal.copies.stat().st_size == 2 * size - BLOCK
    restart(terminal)
    assert (len(terminal.waiting), terminal.alarm) == (100, "")


def test_a_known_id_is_not_copied_twice(terminal: ConfirmingTerminal) -> None:
    terminal.confirm(0, 0)
    assert len(terminal.store.copies.read().found) == 1  # type: ignore[union-attr]
    terminal.store.copies.end("an id that has none")  # type: ignore[union-attr]
    assert len(terminal.store.copies.read().found) == 1  # type: ignore[union-attr]


def test_what_the_database_refuses_has_no_copy(terminal: ConfirmingTerminal) -> None:
    terminal.confirm(0)
    other = OutboxRecord(id_of(0), "/v1/applications/x", "x/y", "d" * 64, b"other")
    with pytest.raises(ValueError, match="another digest"):
        terminal.store.confirm(lambda _: other, AuditEvent.CONFIRMED, AT, {})
    engine = terminal.store.database.engine

    def refuse(*_: object) -> None:
        raise RuntimeError("no")

    sa.event.listen(engine, "commit", refuse)
    at = datetime.fromisoformat(AT)
    with pytest.raises(RuntimeError):
        submit(terminal.store, sender(KEY), invent(1), at)
    with pytest.raises(RuntimeError):
        terminal.store.add_paper("x", sha256(b"page").hexdigest(), b"page")
    sa.event.remove(engine, "commit", refuse)
    terminal.sql("CREATE TRIGGER no BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'no'); END")
    assert submit(terminal.store, sender(KEY), invent(1), at) is Failure.STORE_UNREADABLE
    terminal.sql("DROP TRIGGER no")
    restart(terminal)
    assert (terminal.waiting, terminal.alarm) == (numbers(1), "")


def test_a_copy_whose_row_a_power_cut_lost_is_made_up_for_in_silence(
    terminal: ConfirmingTerminal,
) -> None:
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


def test_a_row_whose_copy_a_power_cut_lost_gets_one_in_silence(
    terminal: ConfirmingTerminal,
) -> None:
    terminal.confirm(0, 1)
    copies = terminal.copies.read_bytes()
    terminal.confirm(2)
    restart(terminal, terminal.image() | {terminal.copies.name: copies})
    assert (terminal.waiting, terminal.alarm) == (numbers(3), "")
    assert len(terminal.store.copies.read().found) == 3  # type: ignore[union-attr]


def test_a_receipt_that_a_power_cut_kept_from_the_copy_shreds_it_later(
    terminal: ConfirmingTerminal,
) -> None:
    terminal.confirm(0, 1)
    copies = terminal.copies.read_bytes()
    terminal.store.delivered(id_of(0), "{}", AT)
    restart(terminal, terminal.image() | {terminal.copies.name: copies})
    assert (terminal.waiting, terminal.alarm) == ({2: id_of(1)}, "")
    live = [one for one in terminal.store.copies.read().found if one.is_live]  # type: ignore[union-attr]
    assert [one.sequence for one in live] == [2]


def test_a_data_folder_of_before_gets_copies_in_silence(tmp_path: Path) -> None:
    terminal = ConfirmingTerminal(tmp_path)
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


def test_a_disk_without_room_for_copies_confirms_nothing(terminal: ConfirmingTerminal) -> None:
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


def test_a_second_try_replaces_the_copy_of_the_first(terminal: ConfirmingTerminal) -> None:
    copying = Copying(terminal.store.copies)
    copying.start(1, 1, {"id": "a"}, b"first")
    copying.start(1, 1, {"id": "a"}, b"second")
    copying.settle()
    (found,) = terminal.store.copies.read().found  # type: ignore[union-attr]
    assert found.body == b"second"


def test_a_copy_that_was_not_written_is_made_by_the_next_check(
    terminal: ConfirmingTerminal,
) -> None:
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
    terminal = ConfirmingTerminal(tmp_path)
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
    terminal = ConfirmingTerminal(tmp_path)
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


def test_copies_of_an_encrypted_file_say_nothing(tmp_path: Path) -> None:
    terminal = ConfirmingTerminal(tmp_path, DeviceCipher(FixedKey()))
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
