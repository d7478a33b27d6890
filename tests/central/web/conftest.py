"""The pages that these tests open."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.central.standing import Standing
from tests.central.web.desk import WebDesk, desk_over


@pytest.fixture
def desk(central: Standing) -> Iterator[WebDesk]:
    with desk_over(central) as found:
        yield found
