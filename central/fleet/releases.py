"""The program version that terminals are told to run, for a share of all terminals (a ring).

The newest row of the rings says it; the operator sets 1, then 10, then 100 percent, and a
technician stops a ring on the page of the control room. A terminal's place is a hash of its code,
so that a smaller ring always lies inside a larger one. release.toml is of older versions.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiosk.config.schema import ConfigError, load
from kiosk.fleet.update import VERSION

if TYPE_CHECKING:
    from pathlib import Path

    from central.fleet.rings import ReleaseRing, RingStore

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


def place_of(terminal: str) -> int:
    """Return a terminal's place, 0 to `PLACES` - 1, by the hash of its code."""
    # The version is no part of it, so that a terminal stands at the same place in every ring.
    hashed = hashlib.sha256(terminal.encode()).digest()
    return int.from_bytes(hashed[:8]) % PLACES


@dataclass(frozen=True)
class Releases:
    """The rings of `rings`; looked up on each call, so that a stop counts for the next heartbeat.

    `folder` is the data folder, where versions before 0.3 kept the release.
    """

    folder: Path
    rings: RingStore

    def wanted(self, terminal: str) -> str:
        """Return the version that this terminal should run; "" for the one it runs."""
        return self.wanted_by(self.rings.newest(), terminal)

    def wanted_by(self, ring: ReleaseRing | None, terminal: str) -> str:
        """Do what `wanted` does where the newest `ring` is known."""
        if ring is None or ring.is_stopped:
            return ""
        release = Release(ring.version, ring.percent)
        return release.version if release.is_sound and release.has(terminal) else ""

    def take_over(self, at: str) -> None:
        """Set the ring of release.toml where there is none yet; `at` is now (ISO 8601)."""
        if self.rings.newest() is not None:
            return
        try:
            release = load(Release, self.folder / FILE)
        except (ConfigError, OSError):
            return
        if release.is_sound:
            self.rings.set(release.version, release.percent, at)
