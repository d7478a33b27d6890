"""Which program should a terminal run? One version, for a share of all terminals: rings.

`DATA/release.toml` says it; the operator writes 1, then 10, then 100. A terminal stands at the same
place of the circle always, so the small ring is inside the larger one.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from kiosk.config.schema import ConfigError, load
from kiosk.fleet.update import VERSION

FILE = "release.toml"
PLACES = 10_000  # a hundredth of a percent
PLACES_A_PERCENT = 100


@dataclass(frozen=True)
class Release:
    """`percent`: of all terminals; 0 holds everybody where they are."""

    version: str
    percent: float

    @property
    def is_sound(self) -> bool:
        """Tell whether it can be told to terminals."""
        return VERSION.fullmatch(self.version) is not None and 0 <= self.percent <= 100  # noqa: PLR2004 - percent

    def has(self, terminal: str) -> bool:
        """Tell whether the ring has come to this terminal."""
        return place_of(terminal) < self.percent * PLACES_A_PERCENT

    def to_toml(self) -> str:
        """Return the file's words."""
        return f'version = "{self.version}"\npercent = {self.percent:g}\n'


def place_of(terminal: str) -> int:
    """Return where a terminal stands, below PLACES: by the hash of its code alone."""
    hashed = hashlib.sha256(terminal.encode()).digest()
    return int.from_bytes(hashed[:8]) % PLACES


@dataclass(frozen=True)
class Releases:
    """Read on each call, so that an operator can widen the ring or stop."""

    folder: Path

    def wanted(self, terminal: str) -> str:
        """Return the version that this terminal should run; "" for what it runs now."""
        try:
            release = load(Release, self.folder / FILE)
        except (ConfigError, OSError):
            return ""
        return release.version if release.is_sound and release.has(terminal) else ""
