"""One instant of a SQLite database that is written to meanwhile, as a file of its own."""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from central.store.copying import LEFT_OUT
from kiosk.atomic_file import UNFINISHED, make_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_NAME = "snapshot"


@contextmanager
def snapshot_of(database: Path, folder: Path) -> Iterator[Path]:
    """Yield a copy of the file in `folder` that is removed in the end; the service may go on.

    It is what no other backup holds that is left out: who is logged in, and the like.
    """
    copy = folder / f"{_NAME}{UNFINISHED}"
    remove_snapshot(folder)
    make_file(copy)
    try:
        with (
            closing(sqlite3.connect(database, timeout=60)) as here,
            closing(sqlite3.connect(copy, isolation_level=None)) as there,
        ):
            here.backup(there)
            there.execute("PRAGMA journal_mode=MEMORY")
            there.execute("PRAGMA secure_delete=ON")
            for table in LEFT_OUT:
                there.execute(f"DELETE FROM {table}")  # noqa: S608 - names of ours
        yield copy
    finally:
        remove_snapshot(folder)


def remove_snapshot(folder: Path) -> None:
    """Remove what a killed backup left."""
    for one in folder.glob(f"{_NAME}{UNFINISHED}*"):
        one.unlink()
