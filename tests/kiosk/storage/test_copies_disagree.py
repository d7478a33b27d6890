"""Database and second copies disagree: damaged rows, damaged copies, older and cloned databases."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest

from kiosk.audit.audit_events import AuditEvent
from kiosk.delivery.submission import submit
from kiosk.storage.copies.confirmed_copies import Copying
from kiosk.storage.copies.copy_format import BLOCK, SECTOR
from kiosk.storage.copy_repair import GAP, CopyCheck
from kiosk.storage.store import OutboxState, Store, open_store
from kiosk.storage.store_check import was_emptied
from script.benches.applicants import AT, id_of, invent
from script.benches.storage.power_cut import sender
from tests.kiosk.storage.confirming_terminal import (
    KEY,
    ConfirmingTerminal,
    numbers,
    restart,
    spoil,
    terminal,
)

__all__ = ["terminal"]


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
def test_a_damaged_row_comes_back_from_its_copy(terminal: ConfirmingTerminal, damage: str) -> None:
    terminal.confirm(*range(3))
    terminal.sql(damage)
    assert terminal.check.compare() == CopyCheck(restored=1)
    assert (terminal.waiting, terminal.alarm) == (numbers(3), "restored 1")
    assert terminal.check.compare().agrees


@pytest.mark.parametrize("index", ["ix_outbox_state", "sqlite_autoindex_outbox_1"])
def test_a_damaged_index_hides_nothing(terminal: ConfirmingTerminal, index: str) -> None:
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


def test_an_event_of_a_newer_program_is_a_confirmation(terminal: ConfirmingTerminal) -> None:
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


def test_what_was_set_aside_stays_set_aside(terminal: ConfirmingTerminal) -> None:
    terminal.confirm(0)
    terminal.store.quarantine(id_of(0), "status 422", AT, "{}")
    terminal.sql("UPDATE outbox SET body = x'00'")
    assert terminal.check.compare().restored == 1
    assert terminal.store.counts()[OutboxState.QUARANTINED] == 1


def test_a_number_that_something_else_took_meanwhile_is_left_to_it(
    terminal: ConfirmingTerminal,
) -> None:
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


@pytest.mark.parametrize("at", [0, SECTOR, 4 * SECTOR], ids=["head", "description", "body"])
def test_a_damaged_copy_is_made_anew(terminal: ConfirmingTerminal, at: int) -> None:
    terminal.confirm(*range(3))
    spoil(terminal, 2, at)
    check = terminal.check.compare()
    assert check.remade == (at == 4 * SECTOR)  # a damaged end is known by the other
    assert (terminal.waiting, check.lost) == (numbers(3), ())
    assert len(terminal.store.copies.read().found) == 3  # type: ignore[union-attr]


def test_what_is_whole_in_neither_is_named_by_its_number(terminal: ConfirmingTerminal) -> None:
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


def test_a_body_of_the_right_form_that_is_not_the_copied_one_is_lost(
    terminal: ConfirmingTerminal,
) -> None:
    terminal.confirm(0, 1)
    spoil(terminal, 1, 4 * SECTOR)
    terminal.sql(
        "UPDATE outbox SET body = replace(CAST(body AS TEXT), 'sealed\":\"', 'sealed\":\"A')"
    )
    check = terminal.check.compare()
    assert (check.lost, check.restored) == ((1,), 1)


def test_a_file_of_copies_that_is_gone_or_cut_is_told_and_made_anew(
    terminal: ConfirmingTerminal,
) -> None:
    terminal.confirm(*range(3))
    image = terminal.image()
    for content in (None, b"", image[terminal.copies.name][: 3 * BLOCK]):
        left = {name: said for name, said in image.items() if name != terminal.copies.name}
        left |= {} if content is None else {terminal.copies.name: content}
        restart(terminal, left)
        assert terminal.waiting == numbers(3)
        assert terminal.alarm in ("remade 4", "remade 3")
        assert len(terminal.store.copies.read().found) == 3  # type: ignore[union-attr]


def test_a_damaged_start_of_the_file_is_mended(terminal: ConfirmingTerminal) -> None:
    terminal.confirm(0)
    with terminal.copies.open("r+b") as file:
        file.write(b"\xaa" * SECTOR)
    assert terminal.check.compare() == CopyCheck(remade=1)
    assert terminal.check.compare().agrees


def test_an_older_database_is_told_and_its_numbers_are_not_used_again(
    terminal: ConfirmingTerminal,
) -> None:
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


def test_an_empty_database_is_not_taken_for_the_first(terminal: ConfirmingTerminal) -> None:
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


def test_the_central_services_highest_number_is_not_used_again(
    terminal: ConfirmingTerminal,
) -> None:
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
def test_a_damaged_note_stops_nothing(terminal: ConfirmingTerminal, said: str) -> None:
    terminal.confirm(0)
    assert terminal.check.learn_highest(9)
    terminal.sql(f"UPDATE terminal_note SET value = '{said}'")
    restart(terminal)
    assert terminal.waiting == numbers(1)
    terminal.confirm(1)
    assert max(terminal.waiting) > 1


def test_a_folder_is_cloned_byte_for_byte(terminal: ConfirmingTerminal, tmp_path: Path) -> None:
    """Two machines with one folder: each agrees with itself; only the central service can tell."""
    terminal.confirm(0)
    clone = ConfirmingTerminal(tmp_path / "clone")
    shutil.copytree(terminal.path.parent, clone.path.parent)
    clone.start()
    assert clone.alarm == ""
    terminal.confirm(1)
    assert clone.check.learn_highest(2)
    assert clone.alarm == "skipped 1 older 1"
    clone.store.close()
