"""Captured papers have second copies until they are acknowledged."""

from __future__ import annotations

import os
from hashlib import sha256

from kiosk.audit.audit_events import AuditEvent
from kiosk.storage.copy_repair import CopyCheck
from kiosk.storage.store import OutboxRecord
from script.benches.applicants import AT
from tests.kiosk.storage.confirming_terminal import ConfirmingTerminal, restart, terminal

__all__ = ["terminal"]


PAGES = [os.urandom(5_000) for _ in range(3)]
NAMES = [sha256(page).hexdigest() for page in PAGES]


def capture(terminal: ConfirmingTerminal) -> None:
    for name, page in zip(NAMES, PAGES, strict=True):
        terminal.store.add_paper("a", name, page)
    one = OutboxRecord(
        "a", "/v1/applications/a", "x/y", sha256(b"x").hexdigest(), b"x", papers=(*NAMES[:2],)
    )
    assert terminal.store.confirm(lambda _: one, AuditEvent.CONFIRMED, AT, {}) is None
    terminal.store.drop_unconfirmed_papers()


def test_papers_have_copies_until_they_are_acknowledged(terminal: ConfirmingTerminal) -> None:
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


def test_papers_without_a_whole_copy_get_one_or_are_named(terminal: ConfirmingTerminal) -> None:
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


def test_a_power_cut_around_papers_is_silent(terminal: ConfirmingTerminal) -> None:
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
