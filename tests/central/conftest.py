"""The central service that these tests talk to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from tests.central.standing import Standing, standing
from tests.postgresql import PostgresqlServer


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> str:
    """An empty database of each kind; "" is a file beside the service's keys."""
    if request.param == "sqlite":
        return ""
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
