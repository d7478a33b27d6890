"""Creation and upgrade of the database's tables, without loss of what was accepted.

One process at a time looks and steps. All steps are one transaction, on both kinds of database; it
is taken back when a step fails or anything that was accepted is not what it was. A copy of an
SQLite file lies beside it before the first step; a server is backed up by whoever runs it.

On PostgreSQL calls go on meanwhile: what takes long is made before that transaction, for which they
wait (`central.store.upgrading.online_tables`).
"""

from __future__ import annotations

import sqlite3
from enum import Enum
from functools import partial
from pathlib import Path

import sqlalchemy as sa

from central.store.database import CentralDatabase
from central.store.tables import Base
from central.store.task_jobs import make_job_tables
from central.store.upgrading.inspection import columns
from central.store.upgrading.loss_guard import (
    LossError,
    LossGuard,
    UnreadTablesWrittenError,
    guard_tables,
    large_tables,
)
from central.store.upgrading.online_tables import prepare_steps
from central.store.upgrading.table_locks import keep_still
from kiosk.atomic_file import lock_folder
from kiosk.failures import Failure
from kiosk.storage import database as terminal
from kiosk.storage.backup import keep_copy
from kiosk.storage.revisions import MARK, climb, mark, marked

STEPS = Path(__file__).parent / "migrations"
HEAD = "0040"
UNMARKED = "0001"  # version 0.1.0 marked nothing
OLDER = tuple(f"{number:04}" for number in range(int(UNMARKED), int(HEAD)))
_STRANGE = "no revision"


class SchemaTrouble(Enum):
    """Reason why a database is not used; the value says what to do. The database is unchanged."""

    NEWER = (
        "the database is of a newer program; install that version again, or restore a backup of "
        "before it into a new folder (docs/central.md)"
    )
    UNKNOWN = (
        "the database has tables that no version of this program made; name another one with "
        "--database, or another folder with --data"
    )
    ABSENT = (
        "there is no database of this service: mend --database, or make it with `central init` "
        "(docs/central.md)"
    )
    OLDER = (
        "the database is of an older program: start `serve` of this version first, which brings it "
        "up to date"
    )
    OTHER_SERVICE = (
        "the database belongs to a service with other keys: name the data folder of that service "
        "with --data, or another database with --database"
    )
    UNREACHABLE = (
        "the database does not answer, or another process holds it; see that it runs and that no "
        "other program has the file open, then start again"
    )
    FORBIDDEN = (
        "the database server lets this account make no tables; let it use, and create in, the "
        "schema that the URL leads to"
    )
    DAMAGED = "the database file is damaged; restore the newest backup into a new folder"
    NO_ROOM = (
        "there is no room for a copy of the database beside it, so it was not brought up to this "
        "program; make room, then start again"
    )
    NOT_UPGRADED = (
        "the database could not be brought up to this program without a loss, and was left as it "
        "was; install the version before again, which can use it, and ask who made the program"
    )


def open_database(
    url: str, *, create: bool = True, upgrade: bool = True
) -> CentralDatabase | SchemaTrouble:
    """Return the database at a SQLAlchemy URL with this program's tables, or why not.

    Without `create` a database that has none of them is left alone: ABSENT; without `upgrade` an
    older one is, too: OLDER.
    """
    path = _file_of(url)
    if path is None:
        return _opened(url, create, upgrade)
    if not create and not path.exists():
        return SchemaTrouble.ABSENT
    # SQLite lets nobody wait who turns a new file to WAL: of three first starts one would fail.
    with lock_folder(path.parent):
        return _opened(url, create, upgrade)


def _file_of(url: str) -> Path | None:
    """Return the file of an SQLite URL, None for a server."""
    said = sa.make_url(url)
    return Path(str(said.database)) if said.get_backend_name() == "sqlite" else None


def _opened(url: str, create: bool, upgrade: bool) -> CentralDatabase | SchemaTrouble:
    database = CentralDatabase(url)
    trouble = fit_schema(database, create=create, upgrade=upgrade)
    if trouble is not None:
        database.close()
        return trouble
    return database


def fit_schema(
    database: CentralDatabase,
    steps: Path = STEPS,
    head: str = HEAD,
    older: tuple[str, ...] = OLDER,
    *,
    create: bool = True,
    upgrade: bool = True,
) -> SchemaTrouble | None:
    """Make the tables, or upgrade those of an `older` revision to `head`; return why not.

    `steps`: folder of the migrations. `create`: make tables where there are none. `upgrade`: change
    those of an older revision.
    """
    try:
        revision = database.alone(_revision_or_new if create else _revision)
        if revision is None:
            return SchemaTrouble.ABSENT
        if revision == head:
            return None
        if revision not in older:
            return SchemaTrouble.UNKNOWN if revision == _STRANGE else SchemaTrouble.NEWER
        return _upgrade(database, steps, head) if upgrade else SchemaTrouble.OLDER
    except sa.exc.OperationalError:
        return SchemaTrouble.UNREACHABLE
    except sa.exc.DatabaseError:
        return SchemaTrouble.DAMAGED if database.embedded else SchemaTrouble.FORBIDDEN


def _revision_or_new(connection: sa.Connection) -> str:
    """Return the revision of the tables; make those of this program where there are none."""
    found = _revision(connection)
    if found is None:
        Base.metadata.create_all(connection, checkfirst=False)
        make_job_tables(connection)
        mark(connection, HEAD)
        return HEAD
    return found


def _revision(connection: sa.Connection) -> str | None:
    """Return the revision of the tables, None where there are none.

    Unmarked tables that are those of version 0.1.0 get their mark here.
    """
    there = columns(connection)
    if MARK.name in there:
        return marked(connection)
    if not there.keys() & Base.metadata.tables.keys():
        return None
    if there != _first_columns():
        return _STRANGE
    mark(connection, UNMARKED)
    return UNMARKED


def _first_columns() -> dict[str, frozenset[str]]:
    """Return the columns of the first revision's tables."""
    # The first migration is run in memory, so that its columns are written down only once.
    engine = sa.create_engine("sqlite://")
    with engine.begin() as connection:
        climb(connection, STEPS, "base", UNMARKED)
        found = columns(connection)
    engine.dispose()
    return {name: found[name] for name in found if name != MARK.name}


def _keep_copy(database: CentralDatabase, head: str) -> SchemaTrouble | None:
    if not database.embedded:
        return None
    path = Path(str(database.engine.url.database))
    connect = partial(sqlite3.connect, isolation_level=None)
    file = terminal.File(path, connect, sqlite3.Error)
    failure = keep_copy(terminal.Database(database.engine, file), head)
    if failure is None:
        return None
    return SchemaTrouble.NO_ROOM if failure is Failure.DISK_FULL else SchemaTrouble.DAMAGED


def _upgrade(database: CentralDatabase, steps: Path, head: str) -> SchemaTrouble | None:
    try:
        if not database.embedded:
            prepare_steps(database.engine.url, steps, head)
        return _step(database, steps, head, frozenset())
    except (LossError, sa.exc.SQLAlchemyError):
        return SchemaTrouble.NOT_UPGRADED


def _step(
    database: CentralDatabase, steps: Path, head: str, read: frozenset[str]
) -> SchemaTrouble | None:
    """Take all steps in one transaction; `read`: tables whose rows are read before and after.

    Raises LossError, and sqlalchemy.exc.SQLAlchemyError when a step fails.
    """

    def work(connection: sa.Connection) -> SchemaTrouble | None:
        start = marked(connection)
        if start == head:  # another process was quicker
            return None
        if trouble := _keep_copy(database, head):
            return trouble
        there = columns(connection)
        unread = large_tables(connection, there) - read
        guards: list[LossGuard] = []

        def begin() -> None:
            if not database.embedded:
                # Calls would wait for the disk, too. Whatever is durable later, this is before it.
                connection.exec_driver_sql("SET LOCAL synchronous_commit TO off")
                keep_still(connection, there)
            guards.append(guard_tables(connection, there, unread))

        climb(connection, steps, start, head, begin)
        for guard in guards:
            guard.check(connection)
        return None

    try:
        return database.alone(work)
    except UnreadTablesWrittenError as error:
        return _step(database, steps, head, read | error.tables)
