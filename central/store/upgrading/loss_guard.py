"""Check that the steps of an upgrade changed nothing that was accepted.

PostgreSQL itself tells in which tables a transaction wrote, so of tables with many rows those alone
are read: reading all of them twice would keep calls waiting for longer the more cases there are.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from central.store.upgrading.inspection import ACCEPTED, fingerprint

FEW = 10_000
"""Tables with at most so many rows are read."""
_IS_COUNTED = "SELECT current_setting('track_counts')::bool"
_STATES = """
    SELECT c.relname, c.oid, pg_relation_filenode(c.oid),
        pg_stat_get_xact_tuples_inserted(c.oid) + pg_stat_get_xact_tuples_updated(c.oid)
        + pg_stat_get_xact_tuples_deleted(c.oid),
        (SELECT array_agg(ROW(attname, attnum, atttypid)::text ORDER BY attnum) FROM pg_attribute
            WHERE attrelid = c.oid AND c.relname || '.' || attname = ANY(:accepted))
    FROM pg_class AS c
    WHERE c.relnamespace = current_schema()::regnamespace AND c.relname = ANY(:tables)
"""
"""What stays the same as long as no row of a table is written."""
_COLUMNS = [f"{table}.{column}" for table, columns in ACCEPTED.items() for column in columns]


class LossError(Exception):
    """The steps changed something that was accepted; their transaction is to be rolled back."""


class UnreadTablesWrittenError(Exception):
    """The steps wrote in tables that were not read before: roll back, and read them next time."""

    def __init__(self, tables: frozenset[str]) -> None:
        super().__init__(", ".join(sorted(tables)))
        self.tables = tables


@dataclass(frozen=True)
class LossGuard:
    """What the tables were before the steps.

    `read`: the fingerprint of each table that was read; `unread`: of each other one what tells
    whether its rows are the same ones.
    """

    read: Mapping[str, str]
    unread: Mapping[str, object]

    def check(self, connection: sa.Connection) -> None:
        """Raise LossError or UnreadTablesWrittenError for what is not as it was.

        Raises sqlalchemy.exc.DBAPIError when a table that was read is gone.
        """
        if fingerprint(connection, self.read) != self.read:
            raise LossError
        now = _states(connection, self.unread)
        written = {name for name, state in self.unread.items() if now.get(name) != state}
        if written:
            raise UnreadTablesWrittenError(frozenset(written))


def guard_tables(
    connection: sa.Connection, tables: Iterable[str], unread: Collection[str]
) -> LossGuard:
    """Return what `tables` are before the steps; those of `unread` are not read."""
    read = [name for name in tables if name not in unread]
    return LossGuard(fingerprint(connection, read), _states(connection, unread))


def large_tables(connection: sa.Connection, tables: Iterable[str]) -> frozenset[str]:
    """Return which tables have too many rows to read them while calls wait.

    None where the database does not tell what a transaction wrote.
    """
    if connection.dialect.name == "sqlite" or not connection.scalar(sa.text(_IS_COUNTED)):
        return frozenset()
    asked = " UNION ALL ".join(
        f"SELECT '{table}' WHERE "  # noqa: S608 - names of ours
        f'(SELECT count(*) FROM (SELECT 1 FROM "{table}" LIMIT {FEW + 1}) AS known) > {FEW}'
        for table in tables
    )
    return frozenset(connection.exec_driver_sql(asked).scalars()) if asked else frozenset()


def _states(connection: sa.Connection, tables: Collection[str]) -> dict[str, tuple[Any, ...]]:
    if not tables:
        return {}
    said = {"tables": list(tables), "accepted": _COLUMNS}
    return {name: tuple(state) for name, *state in connection.execute(sa.text(_STATES), said)}
