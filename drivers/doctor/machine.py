"""The doctor's view of a machine: files, programs, packages; nothing is changed."""

from __future__ import annotations

import importlib.util
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from drivers.shared_object import Loader


def installed_version(name: str) -> str:
    """Return the version of a Python package, "" when it is not installed."""
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def is_importable(name: str) -> bool:
    """Tell whether Python finds a module."""
    return importlib.util.find_spec(name) is not None


@dataclass(frozen=True)
class HostProbe:
    """The machine, as functions that tests replace; `root` is where absolute paths are looked up.

    `may_use(path)` tells whether this user may read and write; `free(path)` is in bytes.
    """

    root: Path = Path("/")
    version_of: Callable[[str], str] = installed_version
    importable: Callable[[str], bool] = is_importable
    program: Callable[[str], str | None] = shutil.which
    may_use: Callable[[Path], bool] = lambda path: os.access(path, os.R_OK | os.W_OK)
    free: Callable[[Path], int] = lambda path: shutil.disk_usage(path).free
    loader: Callable[[], Loader] = Loader.of_this_process

    def at(self, path: str) -> Path:
        """Return `path` below `root`; a relative path stays as it is."""
        return self.root / path.lstrip("/") if path.startswith("/") else Path(path)

    def runs(self, program: str) -> bool:
        """Tell whether a process of this name runs."""
        names = self.at("/proc").glob("[0-9]*/comm")
        return any(_word(one) == program[:15] for one in names)  # the kernel keeps 15 letters


def _word(path: Path) -> str:
    try:
        return path.read_text("utf-8", "replace").strip()
    except OSError:  # the process has just ended
        return ""
