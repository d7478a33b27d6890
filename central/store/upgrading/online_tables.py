"""Changes of a PostgreSQL database before the steps of an upgrade, while calls go on.

Each statement is a transaction of its own, and leaves tables with which the older program works on.
What is there already is not made again, so whoever was killed goes on at the next start.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from central.store.upgrading.inspection import ACCEPTED
from central.store.upgrading.table_locks import within_lock_timeout
from kiosk.storage.revisions import between, marked

if TYPE_CHECKING:
    from central.store.upgrading.step_index import StepIndex

BATCH = 5_000
"""Numbers of a table's key that one statement goes through."""
# Not the lock of `CentralDatabase.alone`: who waits for that holds a snapshot, for which the making
# of an index waits in turn.
_ONE_PREPARES = "SELECT pg_advisory_lock(hashtext(current_schema()), 1)"
_IS_VALID = """
    SELECT indisvalid FROM pg_class JOIN pg_index ON indexrelid = pg_class.oid
    WHERE relname = :name AND relnamespace = current_schema()::regnamespace
"""


def prepare_steps(url: sa.URL, steps: Path, head: str) -> None:
    """Make all that the steps to `head` need and that may be made while calls go on.

    A revision says it in its function `prepare`. One process at a time does it. Raises
    sqlalchemy.exc.DBAPIError when the database refuses.
    """
    # The lock and the settings end with the connection.
    engine = sa.create_engine(
        url, hide_parameters=True, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool
    )
    with engine.connect() as line:
        # Who waits lets go of its snapshot again and again, for which the other's index may wait.
        within_lock_timeout(line, lambda: line.exec_driver_sql(_ONE_PREPARES), tries=None)
        start, tables = marked(line), OnlineTables(line)
        for module in between(steps, start, head):
            prepare: Callable[[OnlineTables], None] | None = getattr(module, "prepare", None)
            if prepare is not None:
                prepare(tables)


class OnlineTables:
    """The tables of an older revision, on a connection that commits each statement by itself."""

    def __init__(self, connection: sa.Connection) -> None:
        from alembic.migration import MigrationContext  # noqa: PLC0415 - as in StepIndex
        from alembic.operations import Operations  # noqa: PLC0415

        self._connection = connection
        self._operations = Operations(MigrationContext.configure(connection))

    def has(self, table: str, *columns: str) -> bool:
        """Tell whether the table is there, with these columns."""
        inspector = sa.inspect(self._connection)
        if not inspector.has_table(table):
            return False
        return {one["name"] for one in inspector.get_columns(table)} >= set(columns)

    def add_column(self, table: str, column: sa.Column[Any]) -> None:
        """Add a column that is empty or has a default, for which no row is written anew."""
        if self.has(table) and not self.has(table, str(column.name)):
            within_lock_timeout(
                self._connection, lambda: self._operations.add_column(table, column)
            )

    def add_index(self, index: StepIndex) -> None:
        """Make an index without keeping anybody from writing; none where its columns are not."""
        if not self.has(index.table, *index.columns, *index.reads):
            return
        is_valid = self._connection.scalar(sa.text(_IS_VALID), {"name": index.name})
        if is_valid is False:  # who made it was stopped
            self._operations.drop_index(index.name, postgresql_concurrently=True)
        if not is_valid:
            self._operations.create_index(
                index.name,
                index.table,
                list(index.columns),
                postgresql_concurrently=True,
                **index.options,
            )

    def drop_index(self, name: str) -> None:
        """Take away an index that another one replaces, without keeping anybody waiting."""
        self._operations.drop_index(name, postgresql_concurrently=True, if_exists=True)

    def fill(self, table: str, key: str, values: Mapping[str, str], where: str) -> None:
        """Write SQL expressions, the `values` of columns, where it is wanted, in batches.

        `key`: a column of whole numbers with an index. `where` must leave out what is written
        already. Raises ValueError for a column of what was accepted.
        """
        if kept := values.keys() & set(ACCEPTED.get(table, ())):
            raise ValueError(", ".join(sorted(kept)))
        said = ", ".join(f"{column} = {value}" for column, value in values.items())
        statement = sa.text(
            f"UPDATE {table} SET {said} WHERE {key} > :after AND {key} <= :to AND ({where})"  # noqa: S608
        )
        ends = self._connection.execute(
            sa.text(f"SELECT coalesce(min({key}), 1), coalesce(max({key}), 0) FROM {table}")  # noqa: S608
        )
        first, last = ends.one()
        for after in range(first - 1, last, BATCH):
            self._connection.execute(statement, {"after": after, "to": after + BATCH})
