"""Revisions of a store's tables, and the migration from one to a later one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from alembic.config import Config

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


def climb(
    connection: sa.Connection,
    steps: Path,
    start: str,
    head: str,
    before: Callable[[], None] = lambda: None,
) -> None:
    """Migrate the tables from revision `start` to `head`, in the transaction that has begun.

    `steps` is the folder of the revisions, also those in folders below it; a database with nothing
    in it starts at "base". `before` is called when all steps were read, before the first one is
    taken. Raises what a migration raises.
    """
    # Only here: the import alone takes longer than a whole start.
    from alembic import command  # noqa: PLC0415

    command.stamp(_config(steps, connection), start)
    command.upgrade(_config(steps, connection, before), head)


def between(steps: Path, start: str, head: str) -> list[ModuleType]:
    """Return the modules of the revisions after `start` up to `head`, in order.

    `steps`: as of `climb`.
    """
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    found = ScriptDirectory.from_config(_config(steps)).iterate_revisions(head, start)
    return [script.module for script in found][::-1]


def _config(
    steps: Path,
    connection: sa.Connection | None = None,
    before: Callable[[], None] = lambda: None,
) -> Config:
    """Return Alembic's configuration for a folder of revisions; `before`: as of `climb`."""
    from alembic.config import Config  # noqa: PLC0415

    config = Config(attributes={"connection": connection, "before": before})
    config.set_main_option("path_separator", "newline")
    config.set_main_option("recursive_version_locations", "true")
    for name, folder in (("script_location", ENVIRONMENT), ("version_locations", steps)):
        config.set_main_option(name, str(folder).replace("%", "%%"))
    return config
