"""What holds for every test: nothing is judged by how fast this machine is."""

from __future__ import annotations

import os
from collections.abc import Iterator

import coverage
import pytest
from hypothesis import HealthCheck, settings

from tests.postgresql import PostgresqlServer, installed, running

settings.register_profile("kiosk", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("kiosk")
os.environ["LC_ALL"] = "C.UTF-8"  # help and errors follow the locale of whoever runs the tests


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish() -> None:
    """Write what this process covered, before anybody may end it.

    coverage writes when the interpreter exits. pytest-xdist kills a worker that has not exited 10
    seconds after its last test, and what a whole half of the tests covered is lost with it.
    """
    measured = coverage.Coverage.current()
    if measured is not None:
        measured.stop()
        measured.save()


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgresqlServer]:
    """A server for this session; see tests/postgresql.py."""
    programs = installed()
    if programs is None:
        pytest.skip("no PostgreSQL server below /usr/lib/postgresql: script/bootstrap --test")
    with running(programs) as server:
        yield server
