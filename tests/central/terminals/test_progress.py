"""A terminal sees how far each service is, and only what has changed."""

from __future__ import annotations

from typing import Any

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from central.tasks import TaskState
from tests.central.standing import Standing, numbered

PATH = f"/v1/applications/{numbered(1)}"


@pytest.fixture
def filed(central: Standing, client: TestClient) -> None:
    assert client.put(PATH, content=central.body(), headers=central.headers()).is_success


def ask(central: Standing, client: TestClient, **more: object) -> Response:
    return client.get(PATH + "/progress", headers=central.headers(**more))


def state_of(central: Standing, client: TestClient, service: str) -> dict[str, Any]:
    services = {one["code"]: one for one in ask(central, client).json()["services"]}
    return {name: services[service][name] for name in ("state", "reason", "due_on", "changed_at")}


@pytest.mark.usefixtures("filed")
def test_only_what_has_changed(central: Standing, client: TestClient) -> None:
    first = ask(central, client)
    tag = first.headers["etag"]
    assert tag.startswith('"')
    for known in (tag, f'"other", W/{tag}', "*"):
        again = ask(central, client, if_none_match=known)
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert ask(central, client, if_none_match='"other"').content == first.content
    central.settle("R01", TaskState.WORKING)
    changed = ask(central, client, if_none_match=tag)
    assert (changed.status_code, changed.headers["etag"] != tag) == (200, True)


@pytest.mark.usefixtures("filed")
def test_the_steps_of_an_office(central: Standing, client: TestClient) -> None:
    central.settle("R01", TaskState.WORKING, "first")
    working = {"state": "working", "reason": "", "due_on": "", "changed_at": "first"}
    assert state_of(central, client, "R01") == working
    central.settle("R01", TaskState.CORRECTION, "second", reason="照片看不清", due_on="2026-12-01")
    asked = {"state": "correction", "reason": "照片看不清", "due_on": "2026-12-01"}
    assert state_of(central, client, "R01") == asked | {"changed_at": "second"}
    central.settle("R01", TaskState.REFUSED, "third", reason="年限不够")
    refused = {"state": "refused", "reason": "年限不够", "due_on": "", "changed_at": "third"}
    assert state_of(central, client, "R01") == refused
    for service in ("R06", "R07"):
        assert state_of(central, client, service) == refused | {"reason": ""}


@pytest.mark.usefixtures("filed")
def test_an_end_stays(central: Standing, client: TestClient) -> None:
    central.settle("R01", TaskState.DONE, "first")
    central.settle("R01", TaskState.WORKING, "second")
    assert state_of(central, client, "R01")["changed_at"] == "first"
