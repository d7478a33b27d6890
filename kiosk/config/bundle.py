"""Signed settings of a site: their layers, and the id by which a set is named."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from kiosk.config.phone_list import FILE

EMPLOYERS = "employers.csv"
"""The list of employers (kiosk/retirement/pick_lists/employers.py), signed beside the layers."""
LISTS = frozenset({FILE, EMPLOYERS})
LETTERS = "abcdefghijkmnpqrstuvwxyz"  # without digits: nothing that looks like a person's number


@dataclass(frozen=True)
class Bundle:
    """Verified layers by name, the weakest first; `version` counts what was published."""

    version: int
    layers: tuple[tuple[str, bytes], ...]

    @property
    def settings_count(self) -> int:
        """Return the number of layers that are settings, without the signed lists."""
        return sum(name not in LISTS for name, _ in self.layers)

    @property
    def id(self) -> str:
        """Return the id of exactly these settings: 12 letters that can be told by telephone."""
        hashed = hashlib.sha256()
        for name, content in self.layers:
            hashed.update(b"%d %s %d " % (len(name), name.encode(), len(content)) + content)
        return "".join(LETTERS[byte % len(LETTERS)] for byte in hashed.digest()[:12])


def layer_names(point: str, district: str) -> tuple[str, ...]:
    """Return the files that a terminal asks for: the two lists, then the layers.

    `point` and `district` are codes; the layers come weakest first.
    """
    return (FILE, EMPLOYERS, "city.toml", f"district/{district}.toml", f"point/{point}.toml")
