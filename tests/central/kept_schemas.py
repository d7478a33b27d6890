"""Schemas of PostgreSQL that one test after the other uses, emptied in between.

To make the tables takes longer than most tests; to empty them takes milliseconds. They are truncated,
because rows that come where others were deleted are found in any order.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import psycopg

from central.store.database import CentralDatabase
from central.store.database_url import libpq_url
from central.store.upgrade import open_database
from tests.postgresql import PostgresqlServer

# Names, kinds and rights of all tables, indexes and sequences, and how many columns they have.
SHAPE = """
SELECT string_agg(concat_ws(' ', relname, relkind, relnatts, relacl), ',' ORDER BY relname)
FROM pg_class WHERE relnamespace = current_schema()::regnamespace
"""
TABLES = """
SELECT quote_ident(relname) FROM pg_class
WHERE relnamespace = current_schema()::regnamespace AND relkind = %s
"""
VERSION = "alembic_version"  # what the tables are stays
PATIENCE = "SET lock_timeout = '5s'"  # with a test that has not let go of a table


@dataclass
class KeptSchemas:
    """The schemas of one server that no test uses now; all have their tables and no rows."""

    server: PostgresqlServer
    kept: list[str] = field(default_factory=list)
    shape: str = ""

    @contextmanager
    def database(self) -> Iterator[str]:
        """Yield the URL of a database without rows; keep it unless its tables were changed."""
        url = self.kept.pop() if self.kept else self._made()
        yield url
        if self._emptied(url):
            self.kept.append(url)

    def _made(self) -> str:
        url = self.server.fresh_database()
        database = open_database(url)
        assert isinstance(database, CentralDatabase), database
        database.close()
        with psycopg.connect(libpq_url(url)) as line:
            self.shape = _scalar(line, SHAPE)
        return url

    def _emptied(self, url: str) -> bool:
        """Empty the tables; tell whether the schema can be used again."""
        try:
            with psycopg.connect(libpq_url(url)) as line:
                if _scalar(line, SHAPE) != self.shape:
                    return False
                line.execute("; ".join([PATIENCE, *_emptying(line)]).encode())
        except psycopg.errors.LockNotAvailable:
            return False
        return True


def _emptying(line: psycopg.Connection) -> list[str]:
    tables = [name for (name,) in line.execute(TABLES, ("r",)) if name != VERSION]
    sequences = [name for (name,) in line.execute(TABLES, ("S",))]
    filled = " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (TABLE {name})" for name in tables)
    names = [name for (name,) in line.execute(filled.encode())]
    truncating = [f"TRUNCATE {', '.join(names)} CASCADE"] if names else []
    return [*truncating, *(f"ALTER SEQUENCE {name} RESTART" for name in sequences)]


def _scalar(line: psycopg.Connection, query: str) -> str:
    row = line.execute(query.encode()).fetchone()
    assert row is not None
    return str(row[0])
