"""Which caller may make which call about a task of which office, both ways."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from central.store.web.tables import DeskActRow, TaskHolderRow
from central.tasks import TaskMove, TaskState
from central.web_accounts import WebEventKind
from tests.central.offices_api.api_office import AFTER, SAID, TASK, ApiOffice, CallingSystem
from tests.central.standing import Standing, numbered

CALLS: tuple[tuple[str, str], ...] = (
    ("GET", ""),
    ("GET", "/view"),
    ("GET", "/forms/service"),
    ("GET", f"/pages/{'0' * 64}"),
    ("PUT", "/claim"),
    ("DELETE", "/claim"),
    *(("POST", f"/{act}") for act in SAID),
)
STRANGERS = ("no-certificate", "no-account", "disabled", "no-token", "others-token", "over")


def stranger(office: ApiOffice, kind: str) -> CallingSystem:
    """A caller that is nobody to the API, though one of its parts is right."""
    if kind == "no-certificate":
        thief = office.connected("SYS-1", None)
        thief.token = office.system("SYS-1").token
        return thief
    if kind == "no-account":
        return office.connected("SYS-1", office.credentials("SYS-1", "RS"))
    found = office.system("SYS-1")
    if kind == "disabled":
        event = office.event("SYS-1", WebEventKind.DISABLED)
        assert office.central.office.store.office_clients.disable("SYS-1", event)
    if kind == "no-token":
        found.token = ""
    if kind == "others-token":
        found.token = office.system("SYS-2").token
    return found


@pytest.mark.parametrize("kind", STRANGERS)
def test_a_stranger_may_nothing(office: ApiOffice, central: Standing, kind: str) -> None:
    caller = stranger(office, kind)
    if kind == "over":
        central.clock[0] += office_minutes(office)
    before = rows(central)
    for method, path in (*CALLS, ("GET", None), ("GET", "services")):
        whole = f"{TASK}{path}" if path is not None else "/v1/tasks"
        whole = "/v1/services" if path == "services" else whole
        answer = caller.call(method, whole, **said(path, mark="0-0"))
        assert answer.status_code == 401, (method, whole)
        assert answer.headers["www-authenticate"].startswith("Bearer")
        assert answer.headers["content-type"] == "application/problem+json"
    assert rows(central) == before


def office_minutes(office: ApiOffice) -> timedelta:
    return timedelta(seconds=office.context.tokens.seconds)


@pytest.mark.parametrize("service", ["R08", "R17"])
@pytest.mark.parametrize(("name", "where"), [("SYS-1", "RS"), ("SYS-9", "SJ")])
def test_a_system_works_on_the_tasks_of_its_office_alone(
    office: ApiOffice, central: Standing, name: str, where: str, service: str
) -> None:
    """Call x office of the caller x office of the task."""
    theirs = office.context.services[service].office == where
    caller, path = office.system(name, where), f"/v1/tasks/1/{service}"
    listed = {one["service"] for one in caller.call("GET", "/v1/tasks").json()["tasks"]}
    offered = {one["code"] for one in caller.call("GET", "/v1/services").json()["services"]}
    assert (service in listed) is (service in offered) is theirs
    before = rows(central)
    for method, more in CALLS:
        if not theirs:
            answer = caller.call(method, f"{path}{more}", **said(more, mark="0-0"))
            assert (answer.status_code, answer.json()["type"]) == (404, "unknown"), more
    if not theirs:
        assert rows(central) == before
        denied = [event for event in office.events() if event[1] == "denied"]
        assert denied == [(name, "denied", f"case 1 {service}")] * len(CALLS)


@pytest.mark.parametrize("act", list(SAID))
def test_only_who_claimed_a_task_decides(office: ApiOffice, central: Standing, act: str) -> None:
    """Act x holder, both ways: another system of the same office, then the one that claimed."""
    holder, other = office.system("SYS-1"), office.system("SYS-2")
    assert holder.claim().status_code == 200
    if act == "resume":
        central.office.store.work.settle(numbered(1), "R08", TaskMove(TaskState.SUSPENDED), "now")
    before = rows(central)
    for refused in (other.decide(act), other.call("DELETE", f"{TASK}/claim"), other.claim()):
        assert (refused.status_code, refused.json()["type"]) == (409, "not-yours")
        assert refused.json()["claimed_by"] == "SYS-1"
    assert rows(central) == before
    answer = holder.decide(act)
    assert answer.status_code == 202, answer.text
    decided = answer.json()["decision"]
    assert (decided["act"], decided["by"]) == (act, "SYS-1")
    needs_second = act == "refuse"
    assert decided["waits_for"] == ("second-person" if needs_second else "service")
    assert office.carry_out() == (not needs_second)
    assert (office.state()["state"] == AFTER[act]) is not needs_second
    assert ("SYS-1", EVENTS[act], "1 R08") in office.events()


EVENTS = {
    "ask": "asked",
    "pause": "paused",
    "resume": "resumed",
    "finish": "finished",
    "refuse": "refused",
}


def said(path: str | None, **more: str) -> dict[str, Any]:
    act = (path or "").removeprefix("/")
    return {"json": {**SAID[act], **more}} if act in SAID else {}


def rows(central: Standing) -> list[Any]:
    """Everything that an act of an office changes."""
    text = "SELECT service, state, changed_at FROM task ORDER BY service"
    states = central.office.store.database.read(
        lambda session: [tuple(row) for row in session.execute(sa.text(text))]
    )
    return [
        states,
        central.rows((DeskActRow.number, DeskActRow.act)),
        central.rows((TaskHolderRow.service, TaskHolderRow.account)),
    ]
