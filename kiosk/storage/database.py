"""The terminal's database: how it is opened, written, and cleaned of deleted content.

SQLite in WAL with synchronous=FULL, one writer, BEGIN IMMEDIATE: the only setting that lost nothing
in 3,702 power-cut images (delivery.md §2).
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
"""Error codes of SQLite and PostgreSQL for a full disk."""
T = TypeVar("T")


class StoreError(Exception):
    """The database could not be used; nothing was changed. `failure` says why."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.value)
        self.failure = failure


@dataclass(frozen=True)
class File:
    """An embedded database: its path, how its driver opens it, and the driver's error class."""

    path: Path
    connect: Callable[[Path], Any]
    error: type[Exception]


class Database:
    """Transactions over one engine; `file` is None for a server.

    `make_room` is called when the disk is full; it returns whether another try makes sense.
    """

    def __init__(
        self, engine: sa.Engine, file: File | None, make_room: Callable[[], bool] = lambda: False
    ) -> None:
        self.engine = engine
        self.file = file
        self._make_room = make_room
        self._unshredded = True

    def run(self, work: Callable[[sa.Connection], T], *, urgent: bool = True) -> T:
        """Run `work` in one transaction and return its result.

        When the disk is full and the work is `urgent`, room is made and it is tried once more; the
        last room is not spent on other work. Raises StoreError when the database can't be used.
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
            raise StoreError(read_trouble(error.orig)) from error
        except self.engine.dialect.loaded_dbapi.Error as error:  # of a PreparedStatement, `_begin`
            raise StoreError(read_trouble(error)) from error

    def shred(self) -> None:
        """Empty the WAL, which still holds deleted bytes; call it outside of any transaction.

        When it can't be done now, the next call or the next `tidy` does it.
        """
        self._unshredded = True
        if self.file is None:
            return  # a server's own cleaning: bodies are sealed, see docs/architecture.md
        if not self._checkpoint(self.file) and self._make_room():
            self._checkpoint(self.file)

    def tidy(self) -> None:
        """Shred what an earlier call or a killed process left."""
        if self._unshredded:
            self.shred()

    def _checkpoint(self, file: File) -> bool:
        """Return whether a checkpoint could be tried; readers may keep the log from being emptied.

        In that case `_unshredded` stays set and `tidy` tries again.
        """
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
    """Return the SQLite database at `path`; file and folder are created if need be."""
    return open_with(File(path, _connect, sqlite3.Error), sqlite3, make_room)


def open_with(file: File, driver: Any, make_room: Callable[[], bool]) -> Database | Failure:
    """Return the database of `file`, opened by a driver that is compatible with sqlite3.

    Returns STORE_UNREADABLE when its folder can't be made.

    `make_room` is as in `Database`.
    """
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


def read_trouble(error: BaseException | None) -> Failure:
    """Return the failure behind a driver's error: DISK_FULL or STORE_UNREADABLE."""
    names = ("sqlite_errorcode", "sqlstate")
    codes = {getattr(error, name, None) for name in names}
    return Failure.DISK_FULL if codes & FULL else Failure.STORE_UNREADABLE


def set_up(connection: Any, settings: tuple[str, ...]) -> None:
    """Execute the settings on a driver's connection, which is closed if one fails."""
    try:
        for setting in settings:
            connection.execute(setting)
    except Exception:
        connection.close()
        raise


def _connect(path: Path) -> sqlite3.Connection:
    """Open a file with deleted content overwritten and without the driver's own BEGIN."""
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    set_up(connection, ("PRAGMA secure_delete=ON",))
    return connection


def _prepare(connection: Any, _record: object) -> None:
    set_up(connection, SETTINGS)


def _begin(connection: sa.Connection) -> None:
    # By the driver itself: a confirmation waits for it, and a statement of SQLAlchemy takes longer.
    connection.connection.cursor().execute("BEGIN IMMEDIATE")
