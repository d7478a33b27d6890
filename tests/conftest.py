"""What holds for every test: nothing is judged by how fast this machine is."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator

import coverage
import pytest
from hypothesis import HealthCheck, settings

from tests.postgresql import PostgresqlServer, installed, running

settings.register_profile("kiosk", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("kiosk")
os.environ["LC_ALL"] = "C.UTF-8"  # help and errors follow the locale of whoever runs the tests


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Write what this worker of pytest-xdist covered, before it may be killed.

    coverage writes when the interpreter exits. A worker that has not exited 10 seconds after its
    last test is killed, and what half of all tests covered is lost with it.
    """
    measured = coverage.Coverage.current()
    if measured is None or not hasattr(session.config, "workerinput"):
        return
    measured.stop()
    with warnings.catch_warnings():  # an error in tests, such as that nothing was covered
        warnings.simplefilter("ignore", coverage.exceptions.CoverageWarning)
        measured.save()


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgresqlServer]:
    """A server for this session; see tests/postgresql.py."""
    programs = installed()
    if programs is None:
        pytest.skip("no PostgreSQL server below /usr/lib/postgresql: script/bootstrap --test")
    with running(programs) as server:
        yield server
