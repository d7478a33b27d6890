"""Renews a terminal's key in a folder and says on standard output what the other end has heard.

Runs as a process of its own, so that its system calls can be recorded.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from tests.kiosk.crypto.test_terminal_identity import RenewingTerminal

ANNOUNCED, SIGNED = "announced", "signed"


def say(word: str) -> None:
    """Say it in one system call."""
    os.write(1, f"{word}\n".encode())


def renew(folder: Path) -> None:
    """Make a machine with an old key, renew it, and sign one request with the new key."""
    machine = RenewingTerminal(folder)
    answer = machine.service.acknowledged

    def acknowledged(body: bytes) -> bytes:
        say(ANNOUNCED)
        return answer(body)

    machine.service.acknowledged = acknowledged  # type: ignore[method-assign]
    machine.renewal.renew_when_due()
    machine.identity.key.prove(b"a request")
    say(f"{SIGNED} {machine.identity.key.id}")


if __name__ == "__main__":
    renew(Path(sys.argv[1]))
