"""What holds for every test: nothing is judged by how fast this machine is."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from tests.postgresql import PostgresqlServer, installed, running

settings.register_profile("kiosk", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("kiosk")


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgresqlServer]:
    """A server for this session; see tests/postgresql.py."""
    programs = installed()
    if programs is None:
        pytest.skip("no PostgreSQL server below /usr/lib/postgresql: script/bootstrap --test")
    with running(programs) as server:
        yield server
