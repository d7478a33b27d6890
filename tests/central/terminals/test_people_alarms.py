"""Alarms: a terminal asks for too many people, or persons share what only one should have."""

from __future__ import annotations

from datetime import timedelta

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from central.tasks import TaskMove, TaskState
from tests.central.standing import OTHER_TERMINAL, TERMINAL, Standing, numbered

MANY = 40
DONE = TaskMove(TaskState.DONE)


def ask(central: Standing, client: TestClient, number: int, terminal: str = TERMINAL) -> Response:
    path = "/v1/people/facts" if number % 2 else "/v1/people/portrait"
    headers = central.headers(terminal, content_type="application/json")
    return client.post(path, json=central.visit(f"{number}", name="某人"), headers=headers)


def test_too_many_people_within_an_hour(central: Standing, client: TestClient) -> None:
    for number in range(MANY):
        for _ in range(2):
            assert ask(central, client, number).status_code == 404
    ask(central, client, 0, OTHER_TERMINAL)
    assert central.alarms() == []
    for number in (MANY, MANY, MANY + 1):
        ask(central, client, number)
    assert central.alarms() == [("bulk-lookups", "41 people within an hour")]


def test_an_hour_later_they_are_forgotten(central: Standing, client: TestClient) -> None:
    for number in range(MANY):
        ask(central, client, number)
    central.clock[0] += timedelta(hours=1)
    ask(central, client, MANY)
    assert central.alarms() == []


def file(central: Standing, client: TestClient, number: int, **answers: str) -> None:
    body = central.body(number, f"person {number}", answers=answers)
    path = f"/v1/applications/{numbered(number)}"
    for _ in range(2):
        assert client.put(path, content=body, headers=central.headers()).is_success


@pytest.mark.parametrize(
    ("answer", "kind", "allowed"), [("account", "same-account", 1), ("mobile", "same-mobile", 5)]
)
def test_what_several_persons_give(
    central: Standing, client: TestClient, answer: str, kind: str, allowed: int
) -> None:
    for number in range(1, allowed + 1):
        file(central, client, number, **{answer: "6200000000000306688"})
    file(central, client, 90, **{answer: "another"})
    file(central, client, 91, **{answer: ""})
    file(central, client, 92, **{answer: ""})
    assert central.alarms() == []
    file(central, client, 99, **{answer: "6200000000000306688"})
    assert central.alarms() == [(kind, f"{numbered(99)}: person {allowed + 1}")]


def test_one_person_may_file_twice(central: Standing, client: TestClient) -> None:
    answers = {"account": "6200000000000306688"}
    for number in (1, 2):
        body = central.body(number, "one person", services=["R17"], answers=answers)
        path = f"/v1/applications/{numbered(number)}"
        assert client.put(path, content=body, headers=central.headers()).is_success
        central.office.store.work.settle(numbered(number), "R17", DONE, "later")
    assert central.alarms() == []
