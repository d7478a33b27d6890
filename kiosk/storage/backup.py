"""Copies of the database file from before an upgrade, kept while anything in them waits.

A copy lies beside the file until nothing that waited in it waits any more. What is delivered
meanwhile is shredded in the copy too, so that no second life of it remains. Neither
drafts are copied, nor what was delivered and is kept.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from kiosk.atomic_file import flush, make_file, replace_durably
from kiosk.failures import Failure
from kiosk.storage.database import Database, File, StoreError
from kiosk.storage.tables import OUTBOX, OutboxState
from kiosk.units import MIB

_MARK = ".before-"
_WAITING = f"SELECT id FROM outbox WHERE state = '{OutboxState.WAITING.name}'"  # noqa: S608
_END = (
    f"UPDATE outbox SET body = NULL, state = '{OutboxState.DELIVERED.name}', masked_name = '',"  # noqa: S608
    " services = '' WHERE id = ?"
)
_HAS = "SELECT 1 FROM sqlite_master WHERE name = ?"
_ENDING = ("draft", "kept_body")  # each row ends at its time, whatever becomes of the copy
_CHUNK = MIB


def keep_copy(database: Database, head: str) -> Failure | None:
    """Copy the database file beside itself before the upgrade to `head`.

    Returns DISK_FULL when there is no room, STORE_UNREADABLE when the file is damaged, None when it
    is done. A database on a server is copied by whoever runs the server.
    """
    file = database.file
    if file is None:
        return None
    path = file.path.with_name(f"{file.path.name}{_MARK}{head}")
    part = path.with_suffix(".part")
    try:
        part.unlink(missing_ok=True)
        whole = _copy(database, file, part)
        flush(part)
        replace_durably(part, path)
    except (OSError, file.error):
        with suppress(OSError):
            part.unlink()
        return Failure.DISK_FULL
    return None if whole else Failure.STORE_UNREADABLE


def let_go(database: Database, ended: Collection[str]) -> None:
    """Shred what has ended in every copy of the database file.

    `ended` are ids of records. A copy in which nothing waits any more is shredded as a whole; one
    that can't be written now is settled at the next start.
    """
    for file, path in _copies(database):
        with suppress(OSError, file.error):
            if not _end(file, path, ended):
                shred_file(path)


def settle_copies(database: Database) -> None:
    """Finish what a power cut between a delivery and its `let_go` has left undone."""
    for file, path in _copies(database):
        with suppress(OSError, file.error, StoreError):
            let_go(database, _waiting_in(file, path) - database.run(_waiting))


def shred_file(path: Path) -> None:
    """Overwrite a file with zeros and remove it. Raises OSError."""
    with path.open("r+b") as file:
        left = path.stat().st_size
        while left > 0:
            left -= file.write(bytes(min(left, _CHUNK)))
        file.flush()
        os.fsync(file.fileno())
    path.unlink()


def _copies(database: Database) -> Iterator[tuple[File, Path]]:
    file = database.file
    if file is not None:
        for path in sorted(file.path.parent.glob(f"{file.path.name}{_MARK}*")):
            yield file, path


def _copy(database: Database, file: File, path: Path) -> bool:
    make_file(path)
    with (
        closing(file.connect(path)) as copy,
        closing(database.engine.raw_connection()) as pooled,
    ):
        source: Any = pooled.driver_connection
        source.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")  # a copy is one file
        for table in _ENDING:
            if copy.execute(_HAS, (table,)).fetchall():
                copy.execute(f"DELETE FROM {table}")  # noqa: S608 - our names
        result = copy.execute("PRAGMA integrity_check").fetchall()
        return [tuple(row) for row in result] == [("ok",)]


def _end(file: File, path: Path, ended: Collection[str]) -> bool:
    """End records in a copy; return whether anything still waits in it."""
    with closing(file.connect(path)) as copy:
        blobs = copy.execute(_HAS, ("blob",)).fetchall()
        for one in ended:
            copy.execute(_END, (one,))
            if blobs:
                copy.execute("DELETE FROM blob WHERE digest = ?", (one,))
        return copy.execute(_WAITING).fetchone() is not None


def _waiting_in(file: File, path: Path) -> set[str]:
    with closing(file.connect(path)) as copy:
        return {row[0] for row in copy.execute(_WAITING)}


def _waiting(connection: sa.Connection) -> set[str]:
    return set(
        connection.scalars(sa.select(OUTBOX.c.id).where(OUTBOX.c.state == OutboxState.WAITING))
    )
