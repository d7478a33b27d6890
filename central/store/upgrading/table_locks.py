"""Locks of PostgreSQL for which calls that come meanwhile wait only shortly."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import count

import sqlalchemy as sa

_LOCK_TIMEOUT = "'200ms'"  # less than PostgreSQL's deadlock_timeout
_TRIES = 100
_NOT_AT_ONCE = "55P03"  # PostgreSQL's lock_not_available


def keep_still(connection: sa.Connection, tables: Iterable[str]) -> None:
    """Lock these tables against all calls until the transaction ends.

    Calls go on meanwhile, and lock some tables in another order. Who gets not all of them at once
    lets go of what it has, so that neither waits for the other. Raises sqlalchemy.exc.DBAPIError
    when that happens too often.
    """
    named = ", ".join(f'"{table}"' for table in sorted(tables))

    def lock() -> None:
        with connection.begin_nested():
            connection.exec_driver_sql(f"LOCK TABLE {named} IN ACCESS EXCLUSIVE MODE")

    within_lock_timeout(connection, lock)


def within_lock_timeout(
    connection: sa.Connection, work: Callable[[], object], tries: int | None = _TRIES
) -> None:
    """Run `work` again until it gets its locks without waiting for long.

    Who waits for a lock keeps those waiting that come after it. `tries`: how often at most, None
    for as often as it takes. Raises sqlalchemy.exc.DBAPIError when that was too few.
    """
    with _lock_timeout(connection):
        for number in count(1):
            try:
                work()
            except sa.exc.DBAPIError as error:
                if number == tries or getattr(error.orig, "sqlstate", "") != _NOT_AT_ONCE:
                    raise
            else:
                return


@contextmanager
def _lock_timeout(connection: sa.Connection) -> Iterator[None]:
    connection.exec_driver_sql(f"SET lock_timeout = {_LOCK_TIMEOUT}")
    yield
    connection.exec_driver_sql("SET lock_timeout = 0")
