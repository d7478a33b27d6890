"""Fit of the database to this program, and its upgrade without a loss.

An upgrade is one transaction. It begins only when everything that waits can be read and a copy lies
beside the file, and it is rolled back when it changed anything that waits (delivery.md §1).
"""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from kiosk.failures import Failure
from kiosk.storage.backup import keep_copy
from kiosk.storage.database import Database, StoreError
from kiosk.storage.integrity import fingerprint, unreadable
from kiosk.storage.revisions import ENVIRONMENT, MARK, climb, mark, marked
from kiosk.storage.tables import METADATA

MIGRATIONS = ENVIRONMENT
HEAD = "0004"
UNMARKED = "0001"  # release 0.1.0 marked nothing
OLDER = (UNMARKED, "0002", "0003")


class _DamageError(Exception):
    """The upgrade changed what waits and must be rolled back."""


def fit_schema(
    database: Database, migrations: Path = MIGRATIONS, head: str = HEAD
) -> Failure | None:
    """Create the tables, or upgrade them to `head`; a failure leaves everything as it was.

    `migrations` is the folder of the steps. Returns STORE_NEWER, STORE_ROW_UNREADABLE,
    STORE_NOT_UPGRADED, or a failure of copying.
    """
    try:
        version = database.run(_version_or_new)
        if version == head:
            return None
        if version not in OLDER:
            return Failure.STORE_NEWER
        return _upgrade(database, version, migrations, head)
    except StoreError as error:
        return error.failure


def _version_or_new(connection: sa.Connection) -> str:
    """Return the revision of the tables; where there are none, create this program's."""
    there = set(sa.inspect(connection).get_table_names())
    if MARK.name in there:
        return marked(connection)
    if "outbox" in there:
        return UNMARKED
    METADATA.create_all(connection, checkfirst=False)
    mark(connection, HEAD)
    return HEAD


def _upgrade(database: Database, version: str, migrations: Path, head: str) -> Failure | None:
    if database.run(unreadable):
        return Failure.STORE_ROW_UNREADABLE
    failure = keep_copy(database, head)
    if failure is not None:
        return failure
    try:
        database.run(lambda connection: _migrate(connection, version, migrations, head))
    except _DamageError:
        return Failure.STORE_NOT_UPGRADED
    return None


def _migrate(connection: sa.Connection, version: str, migrations: Path, head: str) -> None:
    before = fingerprint(connection)
    climb(connection, migrations / "versions", version, head)
    if fingerprint(connection) != before or unreadable(connection):
        raise _DamageError
