"""An office's tasks in a browser: by due day, each taken by one, of no other office."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from central.offline_monitor import watch_deadlines
from central.tasks import TaskState
from central.web_accounts import OFFICE_ROLES, WebRole
from tests.central.filing import filing
from tests.central.standing import LIU, NAMES, WANG, Standing, numbered
from tests.central.web.desk import Browser, WebDesk

File = Callable[..., None]
OF_OFFICE = {"RS": ("R01", "R06", "R07"), "SJ": ("R17",), "YB": ("R09",), "WJ": ()}
CHOSEN = ["R01", "R06", "R07", "R09", "R17"]


@pytest.fixture
def file(central: Standing, client: TestClient) -> File:
    def call(number: int = 1, person: str = LIU, **changes: object) -> None:
        body = central.body(number, person, services=CHOSEN, **changes)
        path = f"/v1/applications/{numbered(number)}"
        assert client.put(path, content=body, headers=central.headers()).is_success

    return call


def listed(browser: Browser) -> list[tuple[str, str]]:
    """Serial and service of every button of the list."""
    text = browser.get("/tasks").text
    return re.findall(r'action="/tasks/(\d+)/(R\d\d)/take"', text)


def act(browser: Browser, act_name: str, serial: int = 1, service: str = "R01") -> int:
    return browser.post(f"/tasks/{serial}/{service}/{act_name}", {}, "/tasks").status_code


def states(central: Standing) -> dict[str, str]:
    found = central.office.store.cases.progress(numbered(1))
    assert found
    return {one["code"]: one["state"] for one in found["services"]}


@pytest.mark.parametrize("office", list(OF_OFFICE))
@pytest.mark.parametrize("role", sorted(OFFICE_ROLES))
def test_each_role_sees_and_takes_the_tasks_of_its_own_office_alone(
    desk: WebDesk, central: Standing, file: File, office: str, role: WebRole
) -> None:
    file()
    central.settle("R01", TaskState.DONE)  # so that all that needs it is ready
    browser = desk.logged_in("C-0001", role, office)
    may_take = role is not WebRole.REVIEWER
    text = browser.get("/tasks").text
    for service in CHOSEN:
        mine = service in OF_OFFICE[office] and states(central)[service] == "ready"
        name = desk.context.services[service].name
        assert (f">{name}<" in text) is mine, service
        assert (("1", service) in listed(browser)) is (mine and may_take)
        expected = 303 if mine else 409 if service in OF_OFFICE[office] else 404
        if not may_take:
            expected = 403
        assert act(browser, "take", 1, service) == expected, service
        assert act(browser, "give-back", 1, service) == expected, service


def test_what_is_due_first_stands_first_and_late_is_said(
    desk: WebDesk, central: Standing, file: File
) -> None:
    file(1)
    central.clock[0] += timedelta(days=7)
    file(2, WANG)
    clerk = desk.logged_in("C-0001", WebRole.CLERK)
    assert [serial for serial, _ in listed(clerk)] == ["1", "2"]
    assert "快到了" not in clerk.get("/tasks").text
    central.clock[0] += timedelta(days=13)
    watch_deadlines(central.office).look()
    text = desk.logged_in("C-0002", WebRole.CLERK).get("/tasks").text
    assert (text.count("过了</strong>"), text.count("快到了</strong>")) == (0, 1)
    central.clock[0] += timedelta(days=7)
    watch_deadlines(central.office).look()
    text = desk.logged_in("C-0003", WebRole.CLERK).get("/tasks").text
    assert (text.count("过了</strong>"), text.count("快到了</strong>")) == (1, 1)


def test_a_task_is_taken_by_one_clerk(desk: WebDesk, central: Standing, file: File) -> None:
    file()
    first = desk.logged_in("C-0001", WebRole.CLERK)
    second = desk.logged_in("C-0002", WebRole.CLERK)
    assert act(first, "take") == 303
    assert states(central)["R01"] == "working"
    assert "我在办" in first.get("/tasks").text
    assert "C-0001" in second.get("/tasks").text
    assert act(second, "take") == act(first, "take") == 409
    answer = second.post("/tasks/1/R01/take", {}, "/tasks")
    assert "已经有人在办了" in answer.text
    assert act(second, "give-back") == 409
    assert act(first, "give-back") == 303
    assert act(first, "give-back") == 409
    assert act(second, "take") == 303
    head = desk.logged_in("O-0001", WebRole.OFFICE_HEAD)
    assert act(head, "give-back") == 303
    acts = [event for event in desk.events() if event[1] in ("took", "gave-back")]
    assert acts == [
        ("C-0001", "took", "1 R01"),
        ("C-0001", "gave-back", "1 R01"),
        ("C-0002", "took", "1 R01"),
        ("O-0001", "gave-back", "1 R01"),
    ]


def test_a_worker_leaves_alone_what_a_clerk_took(
    desk: WebDesk, central: Standing, file: File
) -> None:
    file()
    clerk = desk.logged_in("C-0001", WebRole.CLERK)
    assert act(clerk, "take") == 303
    store, hour = central.office.store, timedelta(hours=1)
    claimed = store.work.claim("a worker", central.clock[0], hour, 10)
    assert {one.service for one in claimed} == {"R17"}
    assert act(desk.logged_in("C-0017", WebRole.CLERK, "SJ"), "take", 1, "R17") == 409
    assert act(clerk, "give-back") == 303
    central.clock[0] += hour
    again = store.work.claim("a worker", central.clock[0], hour, 10)
    assert {one.service for one in again} == {"R01", "R17"}


def test_what_waits_for_the_principal_is_no_task_yet(
    desk: WebDesk, central: Standing, client: TestClient
) -> None:
    with filing(central, client) as service:
        assert service.put(1).status_code == 201
    clerk = desk.logged_in("C-0001", WebRole.CLERK)
    assert listed(clerk) == []
    assert act(clerk, "take") == 404


@pytest.mark.parametrize(
    "path", ["/tasks/0/R01", "/tasks/99/R01", f"/tasks/{2**70}/R01", "/tasks/1/R99", "/tasks/1/'"]
)
def test_what_is_no_task_is_not_found(desk: WebDesk, file: File, path: str) -> None:
    file()
    clerk = desk.logged_in("C-0001", WebRole.CLERK)
    for name in ("take", "give-back"):
        assert clerk.post(f"{path}/{name}", {}, "/tasks").status_code == 404


def test_what_is_over_is_not_taken(desk: WebDesk, central: Standing, file: File) -> None:
    file()
    clerk = desk.logged_in("C-0001", WebRole.CLERK)
    central.settle("R01", TaskState.DONE)
    answer = clerk.post("/tasks/1/R01/take", {}, "/tasks")
    assert (answer.status_code, "刚刚变了" in answer.text) == (409, True)


def test_the_list_tells_of_whom_nothing(desk: WebDesk, central: Standing, file: File) -> None:
    file(answers={"mobile": "13900001234", "account": "6200000000000306688"})
    central.settle("R01", TaskState.CORRECTION, reason="照片看不清", due_on="2026-12-01")
    content = desk.logged_in("C-0001", WebRole.CLERK).get("/tasks").content
    assert "亳退 0000 0001".encode() in content
    assert "等到 2026-12-01".encode() in content
    for secret in (LIU, *NAMES.values(), "刘**", "13900001234", "6200000000000306688"):
        assert secret.encode() not in content
