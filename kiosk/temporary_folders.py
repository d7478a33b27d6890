"""Temporary folders named after their process, so that those of killed processes can be found."""

from __future__ import annotations

import os
import shutil
from pathlib import Path


def own_prefix(prefix: str) -> str:
    """Return the beginning of the name of a folder that this process makes below `prefix`."""
    return f"{prefix}{os.getpid()}-"


def remove_abandoned(place: Path, prefix: str) -> None:
    """Remove the folders in `place` that processes made with `own_prefix` and left, being killed.

    The folders of another account, and of a process whose number is in use again, stay.
    """
    for folder in place.glob(f"{prefix}*-*"):
        process = folder.name.removeprefix(prefix).partition("-")[0]
        if process.isdecimal() and not Path("/proc", process).exists():
            shutil.rmtree(folder, ignore_errors=True)
