"""The restart that a technician asked for, noted until it was carried out and told."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from kiosk.atomic_file import write_atomically

FILE = "restart-asked"


@dataclass(frozen=True)
class RestartNote:
    """A file beside the database, which outlives the restart: the number of the request."""

    path: Path

    def write(self, number: int) -> bool:
        """Note the request `number`; return False where the disk takes nothing."""
        try:
            write_atomically(self.path, str(number).encode())
        except OSError:
            return False
        return True

    def number(self) -> int | None:
        """Return the number that is noted, None for none."""
        try:
            return int(self.path.read_text("ascii"))
        except (OSError, ValueError):
            return None

    def erase(self) -> None:
        """Erase the note; one that stays is told again after the next start."""
        with suppress(OSError):
            self.path.unlink(missing_ok=True)
