"""A schema that a test used comes back empty, and not at all when its tables were changed."""

from __future__ import annotations

import psycopg

from central.store.database_url import libpq_url
from tests.central.kept_schemas import KeptSchemas
from tests.postgresql import PostgresqlServer

ALARM = "INSERT INTO alarm (at, terminal, kind, detail) VALUES ('', '', '', '') RETURNING number"


def run(url: str, statement: str) -> list[tuple[object, ...]]:
    with psycopg.connect(libpq_url(url)) as line:
        done = line.execute(statement.encode())
        return done.fetchall() if done.description else []


def test_a_used_schema_begins_anew(postgresql: PostgresqlServer) -> None:
    schemas = KeptSchemas(postgresql)
    with schemas.database() as first:
        assert [run(first, ALARM) for _ in range(2)] == [[(1,)], [(2,)]]
    with schemas.database() as second:
        assert second == first
        assert run(second, "SELECT * FROM alarm") == []
        assert run(second, ALARM) == [(1,)]


def test_a_changed_schema_is_not_used_again(postgresql: PostgresqlServer) -> None:
    schemas = KeptSchemas(postgresql)
    with schemas.database() as first:
        run(first, "ALTER TABLE alarm ADD COLUMN more int")
    with schemas.database() as second:
        assert second != first
