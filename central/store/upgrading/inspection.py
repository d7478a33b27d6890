"""Fingerprint of all accepted rows, to check that an upgrade changed none of them.

It is plain SQL, since the tables may be of any revision.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import sqlalchemy as sa

from central.store.tables import Base
from kiosk.storage.revisions import MARK

# What the service signed for, or cannot ask for again: each value of each row counts.
ACCEPTED = {
    "application": ("serial", "id", "digest", "case_number", "envelope", "receipt"),
    "correction": ("id", "digest", "envelope"),
    "talent": ("id", "digest", "envelope"),
    "paper": ("application_id", "blob", "digest"),
    "arrival": ("terminal", "sequence", "digest"),
    "terminal": ("id", "key_id", "revoked"),
    "confirmation": ("application_id", "state", "until"),
}
KNOWN = (*Base.metadata.tables, MARK.name)
_BATCH = 500


def columns(connection: sa.Connection) -> dict[str, frozenset[str]]:
    """Return the existing tables of the service and their columns."""
    found = sa.inspect(connection).get_multi_columns(filter_names=KNOWN)
    return {
        table: frozenset(str(column["name"]) for column in said)
        for (_schema, table), said in found.items()
    }


def fingerprint(connection: sa.Connection, tables: Iterable[str]) -> dict[str, str]:
    """Return, for each of these tables, the number of rows and a digest of what was accepted.

    Raises sqlalchemy.exc.DBAPIError when a table is gone.
    """
    if connection.dialect.name == "postgresql":
        return _asked_of_server(connection, tables)
    return {table: f"{_count(connection, table)} {_digest(connection, table)}" for table in tables}


def _asked_of_server(connection: sa.Connection, tables: Iterable[str]) -> dict[str, str]:
    """Return what `fingerprint` does, in one question; the server reads the rows in any order."""
    asked = " UNION ALL ".join(_server_digest(table) for table in tables)
    rows = connection.exec_driver_sql(asked).all() if asked else ()
    return {table: f"{count} {digest}" for table, count, digest in rows}


def _server_digest(table: str) -> str:
    names = ACCEPTED.get(table)
    digest = f"sum(hash_record_extended(ROW({', '.join(names)}), 0))::text" if names else "''"
    return f"SELECT '{table}', count(*), {digest} FROM \"{table}\""  # noqa: S608 - names of ours


def _count(connection: sa.Connection, table: str) -> int:
    return connection.scalar(sa.select(sa.func.count()).select_from(sa.table(table))) or 0


def _digest(connection: sa.Connection, table: str) -> str:
    names = ACCEPTED.get(table)
    if names is None:
        return ""
    listed = ", ".join(names)
    wanted = f"SELECT {listed} FROM {table} ORDER BY {listed}"  # noqa: S608 - names of ours
    found = hashlib.sha256()
    for row in connection.exec_driver_sql(wanted, execution_options={"yield_per": _BATCH}):
        found.update(repr(tuple(row)).encode())
    return found.hexdigest()
