"""The folder of signed configuration (TUF) that terminals fetch; it is made by `central bundle`."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kiosk.crypto.envelope import digest

if TYPE_CHECKING:
    from pathlib import Path

_FileState = tuple[int, int, int]  # number, time of change and size
NEWEST = "timestamp.json"  # TUF's one file whose name never changes


@dataclass(frozen=True)
class ConfigurationFolder:
    """The folder.

    Read on each call, so that an operator can replace its files while `serve` runs.
    """

    folder: Path
    _known: list[tuple[_FileState, str]] = field(default_factory=list, repr=False, compare=False)

    def read(self, name: str) -> bytes | None:
        """Return a file's bytes; None when there is none or the name leads out of the folder."""
        try:
            path = (self.folder / name).resolve()
            inside = path.is_relative_to(self.folder.resolve())
            return path.read_bytes() if inside and path.is_file() else None
        except (OSError, ValueError):  # names that no file can have
            return None

    def version(self) -> str:
        """Return the digest of the TUF timestamp, which changes with any file.

        "" without a configuration. Each heartbeat asks: the file is read when it is another one.
        """
        try:
            found = os.stat(f"{self.folder}/{NEWEST}")  # noqa: PTH116 - several times as fast
        except OSError:
            return ""
        state = (found.st_ino, found.st_mtime_ns, found.st_size)
        for known, version in self._known:  # one at most
            if known == state:
                return version
        said = self.read(NEWEST)
        version = digest(said) if said is not None else ""
        self._known[:] = [(state, version)]
        return version
