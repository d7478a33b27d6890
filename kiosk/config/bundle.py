"""What do signed settings consist of, and what are they called?"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

LETTERS = "abcdefghijkmnpqrstuvwxyz"  # without digits: nothing that looks like a person's number
KEPT_WORDS = "原来的设置没有动。"


@dataclass(frozen=True)
class Bundle:
    """Verified layers, the weakest first, by their names; `version` counts what was published."""

    version: int
    layers: tuple[tuple[str, bytes], ...]

    @property
    def id(self) -> str:
        """Return what names just these settings: 12 letters that can be told by telephone."""
        said = hashlib.sha256()
        for name, content in self.layers:
            said.update(b"%d %s %d " % (len(name), name.encode(), len(content)) + content)
        return "".join(LETTERS[byte % len(LETTERS)] for byte in said.digest()[:12])


def layer_names(point: str, district: str) -> tuple[str, ...]:
    """Return the layers that a terminal asks for, the weakest first."""
    return ("city.toml", f"district/{district}.toml", f"point/{point}.toml")
