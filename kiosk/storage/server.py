"""Stores of several terminals on one PostgreSQL server, each in a schema of its own.

So nothing in a store knows of the others: sequence numbers stay gap-free, no terminal waits for
another, and a role can be granted its own schema only.
"""

from __future__ import annotations

import re
from typing import Any

import sqlalchemy as sa

from kiosk.failures import Failure
from kiosk.storage.database import Database, read_trouble

CONNECT_SECONDS = 5
SETTINGS = (
    "SET synchronous_commit TO on",  # whatever the server's own file says
    "SET lock_timeout TO '5s'",
    "SET statement_timeout TO '30s'",
)
ONE_WRITER = "SELECT pg_advisory_xact_lock(hashtext(current_schema()))"
"""Lock that leaves one transaction at a time in this terminal's schema, as BEGIN IMMEDIATE."""


def open_server(url: str, terminal: str) -> Database | Failure:
    """Return the database of the terminal's schema, which is created at the first start.

    Returns STORE_DRIVER_MISSING without a driver for `url`, or the failure of the server.
    """
    schema = schema_of(terminal)
    try:
        _make_schema(url, schema)
    except sa.exc.DatabaseError as error:
        return read_trouble(error.orig)
    except (ImportError, sa.exc.ArgumentError):
        return Failure.STORE_DRIVER_MISSING
    options = {"options": f"-csearch_path={schema}", "connect_timeout": CONNECT_SECONDS}
    engine = sa.create_engine(url, connect_args=options, pool_pre_ping=True)
    sa.event.listen(engine, "connect", _prepare)
    sa.event.listen(engine, "begin", _begin)
    return Database(engine, None)


def schema_of(terminal: str) -> str:
    """Return the name of a terminal's schema, such as terminal_bz_demo_0001."""
    return "terminal_" + re.sub(r"[^a-z0-9]", "_", terminal.lower())


def _make_schema(url: str, schema: str) -> None:
    options = {"connect_timeout": CONNECT_SECONDS}
    engine = sa.create_engine(url, poolclass=sa.NullPool, connect_args=options)
    with engine.begin() as connection:
        connection.execute(sa.schema.CreateSchema(schema, if_not_exists=True))


def _prepare(connection: Any, _record: object) -> None:
    with connection.cursor() as cursor:
        for setting in SETTINGS:
            cursor.execute(setting)
    connection.commit()


def _begin(connection: sa.Connection) -> None:
    connection.exec_driver_sql(ONE_WRITER)
