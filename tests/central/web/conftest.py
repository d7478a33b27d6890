"""The pages that these tests open."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from central.intake.delivered_views import DeliveredViews
from tests.central.standing import LIU, Standing, numbered
from tests.central.web.desk import WebDesk, desk_over
from tests.central.web.task_office import CHOSEN, MOBILE, DeskOffice, accounts, plain_view


@pytest.fixture
def desk(central: Standing) -> Iterator[WebDesk]:
    with desk_over(central) as found:
        yield found


@pytest.fixture
def office(desk: WebDesk, central: Standing, client: TestClient) -> DeskOffice:
    """An office at whose desk an application has come."""
    body = central.body(1, LIU, services=CHOSEN, answers={"mobile": MOBILE})
    path = f"/v1/applications/{numbered(1)}"
    assert client.put(path, content=body, headers=central.headers()).is_success
    views = DeliveredViews(plain_view, central.opening.views.joined)
    vault = replace(central.opening, accounts=accounts(), views=views)
    return DeskOffice(WebDesk(replace(desk.context, vault=vault), central), central)
