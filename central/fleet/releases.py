"""The program version that terminals are told to run, for a share of all terminals (a ring).

DATA/release.toml says it; the operator writes 1, then 10, then 100 percent. A terminal's place is a
hash of its code, so that a smaller ring always lies inside a larger one.
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
    """A version for `percent` of all terminals; 0 leaves every terminal at its version."""

    version: str
    percent: float

    @property
    def is_sound(self) -> bool:
        """Tell whether version and percentage are well-formed."""
        return VERSION.fullmatch(self.version) is not None and 0 <= self.percent <= 100  # noqa: PLR2004 - percent

    def has(self, terminal: str) -> bool:
        """Tell whether the terminal belongs to the ring."""
        return place_of(terminal) < self.percent * PLACES_A_PERCENT

    def to_toml(self) -> str:
        """Return the content of release.toml."""
        return f'version = "{self.version}"\npercent = {self.percent:g}\n'


def place_of(terminal: str) -> int:
    """Return a terminal's place, 0 to `PLACES` - 1, by the hash of its code."""
    # The version is no part of it, so that a terminal stands at the same place in every ring.
    hashed = hashlib.sha256(terminal.encode()).digest()
    return int.from_bytes(hashed[:8]) % PLACES


@dataclass(frozen=True)
class Releases:
    """The release in `folder`; read on each call, so that an operator can widen or stop it."""

    folder: Path

    def wanted(self, terminal: str) -> str:
        """Return the version that this terminal should run; "" for the one it runs."""
        try:
            release = load(Release, self.folder / FILE)
        except (ConfigError, OSError):
            return ""
        return release.version if release.is_sound and release.has(terminal) else ""
