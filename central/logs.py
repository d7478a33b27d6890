"""Where do terminals' logs go? A file a terminal, and one older; only lines of the closed list."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from urllib.parse import quote

from kiosk.log import is_clean

LONGEST = 8 * 1024 * 1024


def lines_of(body: bytes) -> list[str] | None:
    """Return the lines; None when one of them is none that a terminal may write."""
    try:
        lines = body.decode("ascii").splitlines()
    except UnicodeDecodeError:
        return None
    return lines if lines and all(map(is_clean, lines)) else None


@dataclass(frozen=True)
class LogFolder:
    """Logs as they were sent, by terminal."""

    folder: Path
    _lock: Lock = Lock()

    def keep(self, terminal: str, lines: list[str]) -> None:
        """Append; a long file becomes the one older file."""
        path = self.folder / f"{quote(terminal, safe='')}.jsonl"
        with self._lock:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if path.exists() and path.stat().st_size > LONGEST:
                path.replace(path.with_suffix(".old.jsonl"))
            with path.open("a", encoding="ascii") as file:
                file.writelines(f"{line}\n" for line in lines)
