"""The central service that these tests talk to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from tests.central.kept_schemas import KeptSchemas
from tests.central.standing import Standing, standing
from tests.postgresql import PostgresqlServer


@pytest.fixture(scope="session")
def kept_schemas(postgresql: PostgresqlServer) -> KeptSchemas:
    return KeptSchemas(postgresql)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Iterator[str]:
    """A database without rows of each kind; "" is a file beside the service's keys."""
    if request.param == "sqlite":
        yield ""
        return
    kept: KeptSchemas = request.getfixturevalue("kept_schemas")
    with kept.database() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def bare_database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database without any table, of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'bare.db'}"
    server: PostgresqlServer = request.getfixturevalue("postgresql")
    return server.fresh_database()


@pytest.fixture
def central(tmp_path: Path, database: str) -> Iterator[Standing]:
    with standing(tmp_path, database) as built:
        yield built


@pytest.fixture
def client(central: Standing) -> Iterator[TestClient]:
    with central.client(raise_server_exceptions=True) as client:
        yield client
