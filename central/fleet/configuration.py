"""The folder of signed configuration (TUF) that terminals fetch; it is made by `central bundle`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiosk.crypto.envelope import digest

if TYPE_CHECKING:
    from pathlib import Path

NEWEST = "timestamp.json"  # TUF's one file whose name never changes


@dataclass(frozen=True)
class ConfigurationFolder:
    """The folder.

    Read on each call, so that an operator can replace its files while `serve` runs.
    """

    folder: Path

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

        "" without a configuration.
        """
        found = self.read(NEWEST)
        return digest(found) if found is not None else ""
