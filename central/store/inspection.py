"""Fingerprint of all accepted rows, to check that an upgrade changed none of them.

It is plain SQL, since the tables may be of any revision.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

import sqlalchemy as sa

from central.store.tables import Base
from kiosk.storage.revisions import MARK

Columns = Mapping[str, frozenset[str]]
"""The names of each table's columns."""

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
_LOCK_TIMEOUT = "SET LOCAL lock_timeout = '400ms'"  # less than PostgreSQL's deadlock_timeout
_LOCK_TRIES = 50
_NOT_AT_ONCE = "55P03"  # PostgreSQL's lock_not_available


def columns(connection: sa.Connection) -> dict[str, frozenset[str]]:
    """Return the existing tables of the service and their columns."""
    found = sa.inspect(connection).get_multi_columns(filter_names=KNOWN)
    return {
        table: frozenset(str(column["name"]) for column in said)
        for (_schema, table), said in found.items()
    }


def fingerprint(connection: sa.Connection, before: Columns) -> dict[str, str]:
    """Return, for each table of `before`, the number of rows and a digest of what was accepted.

    Raises sqlalchemy.exc.DBAPIError when a table is gone.
    """
    return {table: f"{_count(connection, table)} {_digest(connection, table)}" for table in before}


def keep_still(connection: sa.Connection, tables: Iterable[str]) -> None:
    """Lock these tables against writers until the transaction ends (PostgreSQL).

    Calls go on meanwhile, and lock some tables in another order. Who gets not all of them at once
    lets go of what it has, so that neither waits for the other. Raises sqlalchemy.exc.DBAPIError
    when that happens too often.
    """
    named = ", ".join(f'"{table}"' for table in sorted(tables))
    connection.exec_driver_sql(_LOCK_TIMEOUT)
    for _ in range(_LOCK_TRIES):
        if _locked(connection, named, is_last=False):
            break
    else:
        _locked(connection, named, is_last=True)
    connection.exec_driver_sql("SET LOCAL lock_timeout = 0")


def _locked(connection: sa.Connection, named: str, *, is_last: bool) -> bool:
    try:
        with connection.begin_nested():
            connection.exec_driver_sql(f"LOCK TABLE {named} IN ACCESS EXCLUSIVE MODE")
    except sa.exc.DBAPIError as error:
        if is_last or getattr(error.orig, "sqlstate", "") != _NOT_AT_ONCE:
            raise
        return False
    return True


def _count(connection: sa.Connection, table: str) -> int:
    return connection.scalar(sa.select(sa.func.count()).select_from(sa.table(table))) or 0


def _digest(connection: sa.Connection, table: str) -> str:
    names = ACCEPTED.get(table)
    if names is None:
        return ""
    listed = ", ".join(names)
    if connection.dialect.name == "postgresql":
        # The server itself, in whatever order: reading 10⁶ rows here takes minutes.
        hashes = f"SELECT hash_record_extended(ROW({listed}), 0) AS found FROM {table}"  # noqa: S608
        return str(connection.exec_driver_sql(f"SELECT sum(found) FROM ({hashes}) AS h").scalar())  # noqa: S608
    wanted = f"SELECT {listed} FROM {table} ORDER BY {listed}"  # noqa: S608 - names of ours
    found = hashlib.sha256()
    for row in connection.exec_driver_sql(wanted, execution_options={"yield_per": _BATCH}):
        found.update(repr(tuple(row)).encode())
    return found.hexdigest()
