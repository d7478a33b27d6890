"""How is the terminal's database opened, written and emptied of what is over?

SQLite in WAL with synchronous=FULL, one writer, BEGIN IMMEDIATE: the only setting that lost nothing
in 3,702 power-cut images (central.md §2).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa

from kiosk.failures import Failure

SETTINGS: tuple[str, ...] = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA secure_delete=ON",
    # A confirmation that meets a checkpoint waits for three flushes, the next for two: two of a
    # hundred. The log keeps its 4 MiB and is written round and round: one that grows costs more.
    "PRAGMA wal_autocheckpoint=1000",
    "PRAGMA journal_size_limit=4194304",
    "PRAGMA busy_timeout=5000",
)

FULL = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE, "53100"}
"""How SQLite and PostgreSQL say that the disk is full."""
T = TypeVar("T")


class StoreError(Exception):
    """The database could not be used just now; `failure` says why. Nothing was changed."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.value)
        self.failure = failure


@dataclass(frozen=True)
class File:
    """Where an embedded database lies, how its driver opens a file, and how it complains."""

    path: Path
    connect: Callable[[Path], Any]
    error: type[Exception]


class Database:
    """Transactions over one engine; `file` is None for a server.

    `make_room` is called when the disk is full, and says whether another try makes sense.
    """

    def __init__(
        self, engine: sa.Engine, file: File | None, make_room: Callable[[], bool] = lambda: False
    ) -> None:
        self.engine = engine
        self.file = file
        self._make_room = make_room
        self._unshredded = True

    def run(self, work: Callable[[sa.Connection], T], *, urgent: bool = True) -> T:
        """Do `work` in one transaction; StoreError when the database can't be used.

        What is not urgent leaves the last room to what is.
        """
        try:
            return self._once(work)
        except StoreError as error:
            if urgent and error.failure is Failure.DISK_FULL and self._make_room():
                return self._once(work)
            raise

    def _once(self, work: Callable[[sa.Connection], T]) -> T:
        try:
            with self.engine.begin() as connection:
                return work(connection)
        except sa.exc.DatabaseError as error:
            raise StoreError(read_trouble(error)) from error

    def shred(self) -> None:
        """Empty the WAL, where the old bytes still are; outside any transaction of ours.

        When it can't be done now, the next call does it, or the next `tidy`.
        """
        self._unshredded = True
        if self.file is None:
            return  # a server's own cleaning: bodies are sealed, see docs/architecture.md
        if not self._checkpoint(self.file) and self._make_room():
            self._checkpoint(self.file)

    def tidy(self) -> None:
        """Shred what an earlier call could not, or a process that was killed did not."""
        if self._unshredded:
            self.shred()

    def _checkpoint(self, file: File) -> bool:
        """Tell whether it could be tried; somebody who reads keeps the log from being emptied."""
        with suppress(file.error), closing(self.engine.raw_connection()) as connection:
            cursor = connection.cursor()
            busy = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
            cursor.close()
            self._unshredded = bool(busy)
            return True
        return False

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def open_file(path: Path, make_room: Callable[[], bool] = lambda: False) -> Database | Failure:
    """Open or create an SQLite file and its folder."""
    return open_with(File(path, _connect, sqlite3.Error), sqlite3, make_room)


def open_with(file: File, driver: Any, make_room: Callable[[], bool]) -> Database | Failure:
    """Open or create a file by a driver that is like sqlite3."""
    try:
        file.path.parent.mkdir(parents=True, exist_ok=True)
    except OSError:
        return Failure.STORE_UNREADABLE
    engine = sa.create_engine(
        f"sqlite:///{file.path}",
        module=driver,
        creator=lambda: file.connect(file.path),
    )
    sa.event.listen(engine, "connect", _prepare)
    sa.event.listen(engine, "begin", _begin)
    return Database(engine, file, make_room)


def read_trouble(error: sa.exc.DatabaseError) -> Failure:
    """Return the failure behind a database error: a full disk, or what can't be read."""
    names = ("sqlite_errorcode", "sqlstate")
    codes = {getattr(error.orig, name, None) for name in names}
    return Failure.DISK_FULL if codes & FULL else Failure.STORE_UNREADABLE


def set_up(connection: Any, settings: tuple[str, ...]) -> None:
    """Apply settings to a driver's connection; close it when they can't be."""
    try:
        for setting in settings:
            connection.execute(setting)
    except Exception:
        connection.close()
        raise


def _connect(path: Path) -> sqlite3.Connection:
    """Open a file as it is; what is deleted in it is overwritten, and BEGIN is ours to write."""
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    set_up(connection, ("PRAGMA secure_delete=ON",))
    return connection


def _prepare(connection: Any, _record: object) -> None:
    set_up(connection, SETTINGS)


def _begin(connection: sa.Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")
