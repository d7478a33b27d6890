"""Disk space held in reserve, given up when the disk is full so that receipts can be stored.

On a full disk SQLite can neither insert nor delete (delivery.md §2). A file without content is
deleted then; while it is missing, the minimum of free space keeps new visits from beginning.
"""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class ReservedSpace:
    """A file of `bytes` beside the database; `floor` bytes must stay free when it is made."""

    path: Path
    bytes: int
    floor: int

    def make(self) -> None:
        """Allocate the file, unless it exists or there is too little room."""
        with suppress(OSError):  # then there is none, which is no worse than before
            free = shutil.disk_usage(self.path.parent).free
            if not self.bytes or self.path.exists() or free < self.bytes + self.floor:
                return
            part = self.path.with_suffix(".part")
            with part.open("wb") as file:
                os.posix_fallocate(file.fileno(), 0, self.bytes)
            part.replace(self.path)

    def release(self) -> bool:
        """Delete the file; return False when there was none."""
        try:
            self.path.unlink()
        except OSError:
            return False
        return True
