"""The office that these tests tell of its tasks."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.central.standing import Standing
from tests.central.webhooks.told_office import ToldOffice, telling


@pytest.fixture
def told(central: Standing) -> Iterator[ToldOffice]:
    with telling(central) as found:
        yield found
