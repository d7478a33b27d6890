"""The version that should run here: told by the central service, noted for the updater."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from kiosk.crypto.envelope import object_of
from kiosk.fleet.update import VERSION

FILE = "release"


def release_of(body: bytes) -> str:
    """Return the version in a heartbeat's answer; "" for none or what is no version."""
    version = (object_of(body) or {}).get("release", "")
    return version if isinstance(version, str) and VERSION.fullmatch(version) else ""


@dataclass
class ReleaseNote:
    """A file beside the database, which the updater reads as another user.

    It is written only when the version has changed; a failed write is tried at the next heartbeat.
    """

    path: Path
    write: Callable[[Path, str], object] = Path.write_text
    _said: str | None = field(default=None, init=False)

    def write_version(self, version: str) -> None:
        """Write the version that is wanted now."""
        if version == self._said:
            return
        with suppress(OSError):
            self.write(self.path, version)
            self._said = version
