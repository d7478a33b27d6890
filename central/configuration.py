"""Which files do terminals get? A folder, made elsewhere and signed there (TUF)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiosk.crypto.envelope import digest

if TYPE_CHECKING:
    from pathlib import Path

NEWEST = "timestamp.json"  # TUF's one file whose name never changes


@dataclass(frozen=True)
class ConfigurationFolder:
    """Read on each call, so that an operator can replace what is in it."""

    folder: Path

    def read(self, name: str) -> bytes | None:
        """Return a file's bytes; None when there is none, or it lies elsewhere."""
        try:
            path = (self.folder / name).resolve()
            inside = path.is_relative_to(self.folder.resolve())
            return path.read_bytes() if inside and path.is_file() else None
        except (OSError, ValueError):  # names that no file can have
            return None

    def version(self) -> str:
        """Return what changes when anything does; "" without a configuration."""
        found = self.read(NEWEST)
        return digest(found) if found is not None else ""
