"""Writes config/known_credentials.txt: digests of every credential that stands in this repository.

    .venv/bin/python -m script.packaging.known_credentials

tests/kiosk/config/test_known_credentials.py fails while the list is not that of the tree.
"""

from __future__ import annotations

import importlib
import tarfile
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from drivers.simulated.cards.ss_card_keys import CENTRE_KEY
from kiosk.config.known_credentials import FILE, digest_of
from kiosk.staff.roster import hash_card

ROOT = Path(__file__).resolve().parents[2]
CONFIG = ROOT / "config"
EARLIER_DATA = ROOT / "tests" / "fixtures" / "earlier_terminal" / "data.tar.xz"
HEADER = (
    "# SHA-256 of each credential of the demo and the tests, which no production takes.\n"
    "# Made by script/packaging/known_credentials.py.\n"
)
KEY_BYTES = 32
OF_AN_ACCOUNT = ("pin_hash", "card_hash", "code_key")


def credentials() -> Iterator[str | bytes]:
    """Yield each credential of the repository.

    Those of the demo's staff and people, of the tests' staff, the tests' keys, which are one byte
    thirty-two times, and the keys in the tests' sample of an earlier terminal.
    """
    for path in sorted((CONFIG / "staff").glob("*.toml")):
        accounts = tomllib.loads(path.read_text("utf-8"))["accounts"]
        yield from (one[name] for one in accounts for name in OF_AN_ACCOUNT if name in one)
    for path in sorted((CONFIG / "personas").glob("*.toml")):
        yield hash_card(tomllib.loads(path.read_text("utf-8"))["card"]["number"])
    tests: Any = importlib.import_module("tests.kiosk.staff_people")
    yield from tests.PIN_HASHES.values()
    yield from map(hash_card, (tests.HELPER_CARD, tests.TECHNICIAN_CARD))
    yield tests.CODE_KEY
    yield CENTRE_KEY
    yield from (bytes([number]) * KEY_BYTES for number in range(256))
    with tarfile.open(EARLIER_DATA) as archive:
        for member in archive:
            if member.size == KEY_BYTES and (file := archive.extractfile(member)) is not None:
                yield file.read()


def known_credentials() -> str:
    """Return the content of the file."""
    digests = sorted({digest_of(one) for one in credentials()})
    return HEADER + "".join(f"{one}\n" for one in digests)


if __name__ == "__main__":
    (CONFIG / FILE).write_text(known_credentials(), "ascii")
