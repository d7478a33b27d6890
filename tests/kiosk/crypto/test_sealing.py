"""Sealing under a key that both sides have: what opens it, and that it is done in one place."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kiosk.crypto.sealing import NONCE_BYTES, TAG_BYTES, seal, unseal

ROOT = Path(__file__).parents[3]
KEY, OTHER = b"k" * 32, b"o" * 32
ROOMS = ("kiosk", "drivers", "central", "phone", "wiring", "screens")
ONCE = {
    r"\bAESGCM\b": {"kiosk/crypto/sealing.py", "central/drafts.py"},  # one nonce for one-time keys
    r"^Ink = ": {"kiosk/application/ink.py"},
    r"1 << 20|1024 \* 1024": {"kiosk/units.py", "drivers/updater/store_files.py"},  # runs alone
    r"< \w+(\._\w+)? \+ self\.\w+ \* (3600|SECONDS_AN_HOUR)": set(),  # kiosk/interval.py
}
"""Logic and numbers that stand in one place, and where."""


def test_what_was_sealed_opens_again() -> None:
    sealed = seal(KEY, b"plain", b"row 1", lambda size: b"n" * size)
    assert sealed.startswith(b"n" * NONCE_BYTES)
    assert len(sealed) == len(b"plain") + NONCE_BYTES + TAG_BYTES
    assert unseal(KEY, sealed, b"row 1") == b"plain"


@pytest.mark.parametrize(
    ("key", "cut", "about"),
    [(OTHER, None, b"row 1"), (KEY, None, b"row 2"), (KEY, None, None), (KEY, 20, b"row 1")]
    + [(KEY, size, b"row 1") for size in (0, 5, NONCE_BYTES)],
)
def test_anything_else_does_not_open(key: bytes, cut: int | None, about: bytes | None) -> None:
    sealed = seal(KEY, b"plain", b"row 1", bytes)
    assert unseal(key, sealed[:cut], about) is None


@pytest.mark.parametrize("pattern", ONCE)
def test_the_same_logic_stands_once(pattern: str) -> None:
    files = (file for room in ROOMS for file in (ROOT / room).rglob("*.py"))
    found = {
        str(file.relative_to(ROOT))
        for file in files
        if re.search(pattern, file.read_text("utf-8"), re.MULTILINE)
    }
    assert found == ONCE[pattern]
