"""Store of settings that are tried on this machine: each set in a folder named by its id."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, unquote

from kiosk.atomic_file import UNFINISHED, lock_folder, write_atomically
from kiosk.config.bundle import Bundle
from kiosk.config.rollout import RolloutState, read_standing, written

STANDING = "standing.json"
SETS = "sets"
READY = "ready"


@dataclass(frozen=True)
class SettingsStore:
    """The store below `folder`, which is the terminal's own. Its methods raise OSError."""

    folder: Path

    @contextmanager
    def held(self) -> Iterator[None]:
        """Lock the state against changes by this program or one beside it.

        A set that was put here and is not named yet would else be swept away.
        """
        with lock_folder(self.folder):
            yield

    def standing(self) -> RolloutState:
        """Return the state of the rollout; the default one when it can't be read."""
        try:
            return read_standing((self.folder / STANDING).read_text("utf-8"))
        except (FileNotFoundError, ValueError):
            return RolloutState()

    def keep(self, standing: RolloutState) -> None:
        """Write the state durably, and remove sets that it does not name."""
        write_atomically(self.folder / STANDING, written(standing).encode())
        self._sweep(standing)

    def put(self, bundle: Bundle) -> tuple[Path, ...]:
        """Store a set; return its files, the weakest first."""
        there = self.files(bundle.id)
        if there is not None:
            return there
        place = self.folder / SETS / bundle.id
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(mode=0o700, parents=True)
        for at, (name, content) in enumerate(bundle.layers):
            write_atomically(place / f"{at:02}-{quote(name, safe='')}", content)
        return self._listed(place)

    def files(self, name: str) -> tuple[Path, ...] | None:
        """Return the files of a set; None when it is not there as it was stored."""
        place = self.folder / SETS / name
        if not name or not place.is_dir():
            return None
        files = self._listed(place)
        layers = tuple((unquote(one.name[3:]), one.read_bytes()) for one in files)
        return files if Bundle(0, layers).id == name else None

    def record_ready(self, ready: frozenset[str]) -> None:
        """Store what is ready while all goes well, which a later trial must bring back."""
        if ready != self.ready():
            write_atomically(self.folder / READY, "\n".join(sorted(ready)).encode())

    def ready(self) -> frozenset[str]:
        """Return what was ready when this was last stored."""
        try:
            return frozenset((self.folder / READY).read_text("utf-8").split())
        except (FileNotFoundError, UnicodeDecodeError):
            return frozenset()

    def _sweep(self, standing: RolloutState) -> None:
        """Remove the sets that the state does not name."""
        named = {standing.good, standing.candidate, standing.refused}
        sets = self.folder / SETS
        for place in sets.iterdir() if sets.is_dir() else ():
            if place.name not in named:
                shutil.rmtree(place, ignore_errors=True)

    @staticmethod
    def _listed(place: Path) -> tuple[Path, ...]:
        return tuple(sorted(one for one in place.iterdir() if one.suffix != UNFINISHED))
