"""Transactions on SQLite and on PostgreSQL."""

from __future__ import annotations

import errno
import os
import threading
from contextlib import AbstractContextManager, closing, nullcontext
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from central.store.statements.psycopg_line import StatementResult, run_statement
from kiosk.atomic_file import make_file
from kiosk.storage.server import ONE_WRITER

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

T = TypeVar("T")

_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA secure_delete=ON",  # what is blanked or deleted is overwritten
    "PRAGMA foreign_keys=ON",
    "PRAGMA busy_timeout=10000",
)
_NO_FLUSH = ("PRAGMA synchronous=NORMAL", "SET synchronous_commit TO off")
_CONNECTIONS = 40  # as many as there are threads that answer
_KEPT = 8  # of each kind; PostgreSQL lets 100 in, and other processes want some
_LOOKS = 4  # that a query of one row holds for a fraction of a millisecond
# Each statement of a call finds its rows by keys. PostgreSQL would plan those that it meets while
# the tables are empty, and its checks of foreign keys, to read whole tables, and keep these plans
# while a storm fills them: a batch of applications took ten times as long. The few small tables
# that are read whole then look dear enough to be compiled, which takes longer than all the rest.
_BY_KEYS = ("SET enable_seqscan TO off", "SET jit TO off")
# Statements of pages read some rows of large tables. A worker more costs more than it reads, as
# compiling does; and what is read often lies in memory, so a row by its key costs no more there
# than one of many in a row. PostgreSQL would read whole tables of many cases.
_FOR_PAGES = (
    "SET jit TO off",
    "SET max_parallel_workers_per_gather TO 0",
    "SET random_page_cost TO 1.1",
)
# A look has one plan for all values, and planning it takes longer than the look.
_PLAN_ONCE = "SET plan_cache_mode TO force_generic_plan"
_TRIES = 20
DatabaseError = sa.exc.SQLAlchemyError
"""The base of all errors of a database."""
UNREACHABLE_ERRORS: tuple[type[Exception], ...] = (
    sa.exc.OperationalError,
    sa.exc.InterfaceError,
    sa.exc.TimeoutError,
)
"""Errors of a database that does not answer, is full or locked: trying later may help."""
_READ_ONLY = "25006"  # PostgreSQL's read_only_sql_transaction, as on a standby
# PostgreSQL's serialization_failure and deadlock_detected: the transaction is to be run again.
_AGAIN = ("40001", "40P01")


class CentralDatabase:
    """The database engine; `write` and `read` run one transaction each, from any thread.

    It makes no tables: see `central.store.upgrade.open_database`.
    """

    def __init__(self, url: str) -> None:
        self.engine = _engine(url)
        # The lock queues SQLite's writers in order; its own waiting is a lottery.
        self._writing = threading.Lock() if self.embedded else nullcontext()
        self._in_turn = self.engine.execution_options(isolation_level="READ COMMITTED")
        self._quick = _quick_engine(url)
        self._each = self.engine if self.embedded else _statement_engine(url, _KEPT, *_BY_KEYS)
        self._looks = (
            self._quick if self.embedded else _statement_engine(url, _LOOKS, *_BY_KEYS, _PLAN_ONCE)
        )
        if self.embedded:
            sa.event.listen(self.engine, "connect", _prepare)
            sa.event.listen(self.engine, "begin", _begin)

    @property
    def embedded(self) -> bool:
        """Tell whether the database is SQLite."""
        return self.engine.dialect.name == "sqlite"

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()
        self._quick.dispose()
        self._each.dispose()
        self._looks.dispose()

    def shred(self) -> None:
        """Empty SQLite's write-ahead log, where overwritten bytes still are.

        A reader can keep SQLite from emptying it. On PostgreSQL nothing is done: vacuum and the
        recycling of its log overwrite them.
        """
        if self.embedded:
            with self._writing, self._quick.connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    def prove_writable(self) -> None:
        """Write what stands there already; raises sqlalchemy.exc.DBAPIError where nothing can be.

        A database that is read-only, full or away fails; reading would not tell the first two.
        """
        text = "UPDATE owner SET service = service"
        self.run(lambda connection: connection.exec_driver_sql(text))

    def write(self, work: Callable[[Session], T]) -> T:
        """Run `work` in one transaction that is durable when this returns; return its result.

        Of two transactions at once that touch the same rows PostgreSQL fails one, which then runs
        again and sees what the other did. So `work` must not do anything outside the transaction.
        Raises sqlalchemy.exc.DBAPIError when that happens too often, or for any other failure.
        """
        return self._again(work, self.engine)

    def write_in_turn(self, work: Callable[[Session], T]) -> T:
        """Do what `write` does where `work` first locks the row that its other writers lock, too.

        Who waited for that row goes on with what its last holder left, instead of failing and
        beginning anew: each statement sees what was committed before it (READ COMMITTED).
        """
        return self._again(work, self.engine if self.embedded else self._in_turn)

    def run(self, work: Callable[[sa.Connection], T]) -> T:
        """Run `work`, on PostgreSQL each of its statements as a transaction of its own.

        A statement is durable when it returns, and needs one round trip. Who needs several in one
        transaction puts them into `together`. On SQLite all of `work` is one transaction. It runs
        again when it collided with another, or the connection was lost: so it must not mind that
        its statements took effect before.
        """
        for _ in range(_TRIES - 1):
            try:
                return self._run(work)
            except sa.exc.DBAPIError as error:
                if not (_collided(error) or error.connection_invalidated):
                    raise
        return self._run(work)

    def together(
        self, connection: sa.Connection, *, needed: bool = True
    ) -> AbstractContextManager[object]:
        """Return a block of one transaction within `run`; nothing unless it is `needed`."""
        if self.embedded or not needed:
            return nullcontext()
        found: AbstractContextManager[object] = (
            connection.connection.driver_connection.transaction()  # type: ignore[union-attr]
        )
        return found

    def _run(self, work: Callable[[sa.Connection], T]) -> T:
        if self.embedded:
            with self._writing, self.engine.begin() as connection:
                return work(connection)
        with self._each.connect() as connection:
            return work(connection)

    def read(self, work: Callable[[Session], T]) -> T:
        """Run `work` on one consistent state; return its result."""
        reading = self.engine.execution_options(reading=True)
        with Session(reading, expire_on_commit=False) as session, session.begin():
            return work(session)

    def look(self, query: sa.TextClause, values: Mapping[str, object]) -> sa.Row[Any] | None:
        """Return the first row of one query, None for none; one round trip, no transaction around.

        After a lost connection it runs again.
        """
        rows = self.look_at_rows(query, values)
        return rows[0] if rows else None

    def look_at_rows(
        self, query: sa.TextClause, values: Mapping[str, object]
    ) -> Sequence[sa.Row[Any]]:
        """Do what `look` does; return all rows of the query."""
        try:
            return self._look_once(query, values)
        except sa.exc.DBAPIError as error:
            if not error.connection_invalidated:
                raise
            return self._look_once(query, values)

    def _look_once(
        self, query: sa.TextClause, values: Mapping[str, object]
    ) -> Sequence[sa.Row[Any]]:
        if not self.embedded:
            return run_statement(self._looks, query, values).rows
        with self._looks.connect() as connection:
            return connection.execute(query, dict(values)).all()

    def put_down(self, statement: sa.Executable, values: Mapping[str, object] | None = None) -> int:
        """Run one statement as a transaction of its own; return how many rows it wrote.

        It does not wait for a flush, so a crash of the database's machine may undo it. After a lost
        connection it runs again, so it may take effect twice.
        """
        return self._put_down(statement, values or {}).written

    def put_down_row(
        self, statement: sa.Executable, values: Mapping[str, object]
    ) -> sa.Row[Any] | None:
        """Do what `put_down` does; return the first row that the statement returns."""
        rows = self._put_down(statement, values).rows
        return rows[0] if rows else None

    def alone(self, work: Callable[[sa.Connection], T]) -> T:
        """Run `work` in one transaction while other processes that call this wait."""
        if self.embedded:
            with self._writing, self.engine.begin() as connection:
                return work(connection)
        # Who has waited must see what the one before did, and so not read by an older snapshot.
        with self._in_turn.begin() as connection:
            connection.exec_driver_sql(ONE_WRITER)
            return work(connection)

    def _put_down(self, statement: sa.Executable, values: Mapping[str, object]) -> StatementResult:
        for is_last in (False, True):
            try:
                return self._put_down_once(statement, values)
            except sa.exc.DBAPIError as error:
                if is_last or not error.connection_invalidated:
                    raise
        raise AssertionError("unreachable")

    def _put_down_once(
        self, statement: sa.Executable, values: Mapping[str, object]
    ) -> StatementResult:
        if isinstance(statement, sa.TextClause) and not self.embedded:
            return run_statement(self._quick, statement, values)
        with self._writing, self._quick.connect() as connection:
            result = connection.execute(statement, dict(values))
            return StatementResult(result.all() if result.returns_rows else (), result.rowcount)

    def _again(self, work: Callable[[Session], T], engine: sa.Engine) -> T:
        for _ in range(_TRIES - 1):
            try:
                return self._write(work, engine)
            except sa.exc.DBAPIError as error:
                if not _collided(error):
                    raise
        return self._write(work, engine)

    def _write(self, work: Callable[[Session], T], engine: sa.Engine) -> T:
        # Rows go out together at the end; who must see an earlier one flushes.
        with (
            self._writing,
            Session(engine, autoflush=False) as session,
            session.begin(),
        ):
            return work(session)


def _engine(url: str) -> sa.Engine:
    said = sa.make_url(url)
    if said.get_backend_name() == "sqlite":
        # Its log gets the same owner and mode from SQLite.
        path = Path(str(said.database))
        make_file(path)
        if not os.access(path, os.R_OK | os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        return sa.create_engine(url, hide_parameters=True)
    found = sa.create_engine(
        url,
        hide_parameters=True,  # an error that is logged repeats the statement alone
        isolation_level="REPEATABLE READ",
        pool_pre_ping=True,
        pool_size=_KEPT,  # what is above it is opened and closed each time
        max_overflow=_CONNECTIONS - _KEPT,
    )
    sa.event.listen(found, "connect", partial(_begin_with, (*_FOR_PAGES, "COMMIT")))
    return found


def _statement_engine(url: str, most: int, *settings: str) -> sa.Engine:
    """Return an engine of PostgreSQL that commits each statement by itself, durably.

    `most` connections; `settings`: statements that begin each of them.
    """
    found = sa.create_engine(
        url,
        hide_parameters=True,
        isolation_level="AUTOCOMMIT",
        pool_size=most,
        max_overflow=0,  # who finds none waits for its turn
        pool_reset_on_return=None,
    )

    sa.event.listen(found, "connect", partial(_begin_with, settings))
    return found


def _begin_with(settings: Sequence[str], connection: Any, _record: object) -> None:
    """Run the statements with which each connection begins."""
    with closing(connection.cursor()) as cursor:
        for one in settings:
            cursor.execute(one)


def _quick_engine(url: str) -> sa.Engine:
    """Return an engine that commits each statement by itself, in one round trip."""
    found = sa.create_engine(
        url,
        hide_parameters=True,
        isolation_level="AUTOCOMMIT",
        pool_size=2,
        max_overflow=0,  # one is held for a single statement
        pool_reset_on_return=None,
    )
    embedded = found.dialect.name == "sqlite"

    def prepare(connection: Any, record: object) -> None:
        if embedded:
            _prepare(connection, record)
        with closing(connection.cursor()) as cursor:
            cursor.execute(_NO_FLUSH[0 if embedded else 1])

    sa.event.listen(found, "connect", prepare)
    return found


def is_unreachable(error: Exception) -> bool:
    """Tell whether a database does not answer, is full, locked or read-only: later may help."""
    state = getattr(getattr(error, "orig", None), "sqlstate", "")
    return isinstance(error, UNREACHABLE_ERRORS) or state == _READ_ONLY


def _collided(error: sa.exc.DBAPIError) -> bool:
    state = getattr(error.orig, "sqlstate", "")
    return isinstance(error, sa.exc.IntegrityError) or state in _AGAIN


def _prepare(connection: Any, _record: object) -> None:
    connection.isolation_level = None
    for pragma in _PRAGMAS:
        connection.execute(pragma)


def _begin(connection: sa.Connection) -> None:
    reading = connection.get_execution_options().get("reading", False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
