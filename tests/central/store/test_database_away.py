"""A database that is full, read-only or away: 503 with Retry-After, and nothing is lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

from central.terminals.service import DatabaseHealth
from tests.central.standing import Standing, numbered, standing
from tests.postgresql import PostgresqlServer

FULL, READ_ONLY = "PRAGMA max_page_count = 1", "PRAGMA query_only = ON"
LONG = {"strokes": [[[1.0, 2.0, float(at)] for at in range(2000)]]}  # more than any free page
NO_ROOM = """CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100';
END $$"""
ON_EACH_CASE = """CREATE TRIGGER no_room BEFORE INSERT ON application
    FOR EACH ROW EXECUTE FUNCTION no_room()"""
HINDERED = "SET default_transaction_read_only = on"


@contextmanager
def hindered(central: Standing, statement: str) -> Iterator[None]:
    """Run the statement on each connection of the block, as its first."""
    database = central.office.store.database
    engines = {
        id(one): one for one in (database.engine, database._quick, database._each, database._looks)
    }

    def hinder(connection: Any, _record: object) -> None:
        connection.execute(statement)

    for one in engines.values():
        one.dispose()
        sa.event.listen(one, "connect", hinder)
    try:
        yield
    finally:
        for one in engines.values():
            sa.event.remove(one, "connect", hinder)
            one.dispose()


def check(central: Standing, hinder: Callable[[], Any], unhealthy: int = 503) -> None:
    """A PUT is answered with 503 while hindered, the health with `unhealthy`; then all is well."""
    moment = [0.0]
    central.app.state.health = DatabaseHealth(central.office.store.database, lambda: moment[0])
    client = TestClient(central.app, raise_server_exceptions=False)
    signed = central.client(raise_server_exceptions=False)
    body, path = central.body(signature=LONG), f"/v1/applications/{numbered(1)}"
    assert client.get("/healthz").status_code == 200
    with hinder():
        answer = signed.put(path, content=body, headers=central.headers(kiosk_sequence=1))
        assert (answer.status_code, answer.json()["type"]) == (503, "database-away")
        assert int(answer.headers["Retry-After"]) > 0
        assert client.get("/healthz").status_code == 200  # as two seconds ago
        moment[0] += 2.0
        assert client.get("/healthz").status_code == unhealthy
    assert client.get("/healthz").status_code == unhealthy
    moment[0] += 2.0
    assert client.get("/healthz").json() == {"status": "ok"}
    headers = central.headers(kiosk_sequence=1)
    assert signed.put(path, content=body, headers=headers).status_code == 201


@pytest.mark.parametrize(("statement", "unhealthy"), [(FULL, 200), (READ_ONLY, 503)])
def test_a_file_that_is_full_or_read_only(tmp_path: Path, statement: str, unhealthy: int) -> None:
    """Of one that can grow no more the health is no judge: its write takes no new page."""
    with standing(tmp_path, "") as central:
        check(central, lambda: hindered(central, statement), unhealthy)


def test_a_server_that_can_only_be_read(tmp_path: Path, postgresql: PostgresqlServer) -> None:
    with standing(tmp_path, postgresql.fresh_database()) as central:
        check(central, lambda: hindered(central, HINDERED))


def test_a_server_whose_disk_is_full(tmp_path: Path, postgresql: PostgresqlServer) -> None:
    """It says what PostgreSQL says when a table can't grow (53100); the health is no judge."""
    url = postgresql.fresh_database()

    @contextmanager
    def full() -> Iterator[None]:
        engine = sa.create_engine(url)
        with engine.begin() as line:
            line.exec_driver_sql(NO_ROOM)
            line.exec_driver_sql(ON_EACH_CASE)
        try:
            yield
        finally:
            with engine.begin() as line:
                line.exec_driver_sql("DROP FUNCTION no_room CASCADE")
            engine.dispose()

    with standing(tmp_path, url) as central:
        check(central, full, 200)


def test_a_server_that_is_away(tmp_path: Path, postgresql: PostgresqlServer) -> None:
    """Connections that stand end, and no new one is taken."""
    url = sa.make_url(postgresql.fresh_database())
    beside = sa.create_engine(url.set(database="template1"), isolation_level="AUTOCOMMIT")

    def allow(connections: str) -> None:
        with beside.connect() as line:
            line.exec_driver_sql(
                f"ALTER DATABASE {url.database} WITH ALLOW_CONNECTIONS {connections}"
            )
            ends = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
            line.exec_driver_sql(ends, (url.database,))

    @contextmanager
    def away() -> Iterator[None]:
        allow("false")
        try:
            yield
        finally:
            allow("true")

    with standing(tmp_path, url.render_as_string(hide_password=False)) as central:
        check(central, away)
    beside.dispose()
