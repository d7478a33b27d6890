"""Logs of terminals: one file and one older file each, with lines of the closed list only."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from urllib.parse import quote

from kiosk.log import is_clean
from kiosk.units import MIB

LONGEST = 8 * MIB


def lines_of(body: bytes) -> list[str] | None:
    """Return the lines of a log; None when one of them is not what a terminal may write."""
    try:
        lines = body.decode("ascii").splitlines()
    except UnicodeDecodeError:
        return None
    return lines if lines and all(map(is_clean, lines)) else None


@dataclass(frozen=True)
class LogFolder:
    """The folder of the logs as they were sent, one file for each terminal."""

    folder: Path
    _lock: Lock = Lock()

    def keep(self, terminal: str, lines: list[str]) -> None:
        """Append lines to the terminal's file.

        Above `LONGEST` bytes it first becomes the older file.
        """
        path = self.folder / f"{quote(terminal, safe='')}.jsonl"
        with self._lock:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if path.exists() and path.stat().st_size > LONGEST:
                path.replace(path.with_suffix(".old.jsonl"))
            with path.open("a", encoding="ascii") as file:
                file.writelines(f"{line}\n" for line in lines)
