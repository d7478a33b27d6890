"""The API that these tests call."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from tests.central.offices_api.api_office import ApiOffice, api_over, file_case
from tests.central.standing import Standing


@pytest.fixture
def office(central: Standing, client: TestClient) -> Iterator[ApiOffice]:
    """The API over a service to which an application has come."""
    file_case(central, client)
    with api_over(central) as found:
        yield found
