"""Revisions of a store's tables, and the migration from one to a later one."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

ENVIRONMENT = Path(__file__).parent / "migrations"
MARK = sa.Table(
    "alembic_version", sa.MetaData(), sa.Column("version_num", sa.String(32), primary_key=True)
)


def marked(connection: sa.Connection) -> str:
    """Return the revision that a database bears; "" when its mark is empty."""
    return connection.scalar(sa.select(MARK.c.version_num)) or ""


def mark(connection: sa.Connection, revision: str) -> None:
    """Mark a database that bears no revision with this one."""
    MARK.create(connection)
    connection.execute(sa.insert(MARK), {"version_num": revision})


def climb(connection: sa.Connection, steps: Path, start: str, head: str) -> None:
    """Migrate the tables from revision `start` to `head`, in the transaction that has begun.

    `steps` is the folder of the revisions, also those in folders below it; a database with nothing
    in it starts at "base". Raises what a migration raises.
    """
    # Only here: the import alone takes longer than a whole start.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config(attributes={"connection": connection})
    config.set_main_option("path_separator", "newline")
    config.set_main_option("recursive_version_locations", "true")
    for name, folder in (("script_location", ENVIRONMENT), ("version_locations", steps)):
        config.set_main_option(name, str(folder).replace("%", "%%"))
    command.stamp(config, start)
    command.upgrade(config, head)
