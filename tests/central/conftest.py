"""Which service do these tests talk to?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from tests.central.standing import Standing, standing


@pytest.fixture
def central(tmp_path: Path) -> Iterator[Standing]:
    with standing(tmp_path) as built:
        yield built


@pytest.fixture
def client(central: Standing) -> Iterator[TestClient]:
    with TestClient(central.app, raise_server_exceptions=True) as client:
        yield client
