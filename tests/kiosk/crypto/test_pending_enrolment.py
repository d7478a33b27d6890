"""An enrolment under way is on the disk, for this machine alone."""

from __future__ import annotations

import os
from pathlib import Path

from drivers.device_key import SecretKey
from kiosk.crypto.pending_enrolment import (
    PendingEnrolment,
    pending_path,
    read_pending,
    write_pending,
)
from kiosk.crypto.terminal_key import TerminalKey
from tests.kiosk.invented_people import NOW

SEAL = SecretKey(bytes(32))
MADE = PendingEnrolment("7KQ2M9XA7KQ2M9XA", TerminalKey(bytes([7]) * 32, NOW))


def test_it_is_read_again_by_the_same_machine(tmp_path: Path) -> None:
    path = pending_path(tmp_path / "identity")
    assert read_pending(path, SEAL) is None
    write_pending(path, SEAL, MADE, os.urandom)
    assert read_pending(path, SEAL) == MADE
    assert path.name == "identity.pending"
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_copied_disk_gives_neither_code_nor_key(tmp_path: Path) -> None:
    path = pending_path(tmp_path / "identity")
    write_pending(path, SEAL, MADE, os.urandom)
    assert read_pending(path, SecretKey(b"\x01" * 32)) is None
    assert MADE.code.encode() not in path.read_bytes()
    assert MADE.key.private not in path.read_bytes()
    assert MADE.code not in repr(MADE)
