"""A terminal sees the staff and the open corrections of its own point, and of no other."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from central.staff import read_staff
from central.tasks import TaskMove, TaskState
from kiosk.config.schema import ConfigError
from kiosk.crypto.receipt import verify_document
from tests.central.standing import (
    CONFIG,
    NOON,
    OTHER_TERMINAL,
    POINT,
    PRESENT,
    TERMINAL,
    WANG,
    Standing,
    numbered,
)

JSON_TYPE = {"Content-Type": "application/json"}


def ask(
    central: Standing, client: TestClient, what: str, terminal: str = TERMINAL, point: str = POINT
) -> Response:
    return client.get(f"/v1/points/{point}/{what}", headers=central.headers(terminal))


def test_staff_is_told_signed(central: Standing, client: TestClient) -> None:
    answer = ask(central, client, "staff")
    said = verify_document(answer.content, central.keys.signing.receipt_key)
    assert said is not None
    assert datetime.fromisoformat(said["issued_at"]) == NOON.replace(microsecond=0)
    assert datetime.fromisoformat(said["valid_until"]) - NOON > timedelta(days=6)
    assert said["point"] == POINT
    assert [account["role"] for account in said["accounts"]] == [
        "helper",
        "technician",
        "window",
        "window",
    ]
    assert said["accounts"][0] | {"card_hash": "", "pin_hash": ""} == {
        "id": "H-0001",
        "role": "helper",
        "name": "何帮民",
        "card_hash": "",
        "pin_hash": "",
        "rights": ["file_for", "file_absent", "vouch", "find", "report", "corrections", "unsent"],
        "valid_until": "2030-12-31",
    }


def test_nobody_works_at_a_point_without_a_file(central: Standing, client: TestClient) -> None:
    central.office.store.terminals.place(OTHER_TERMINAL, "BZ-ELSEWHERE")
    answer = ask(central, client, "staff", OTHER_TERMINAL, "BZ-ELSEWHERE")
    assert answer.json()["accounts"] == []


@pytest.mark.parametrize("what", ["staff", "corrections", "desk", "months/2026-11/H-0001"])
def test_other_points_are_not_told(central: Standing, client: TestClient, what: str) -> None:
    for terminal, point in ((TERMINAL, "BZ-ELSEWHERE"), (OTHER_TERMINAL, POINT)):
        answer = ask(central, client, what, terminal, point)
        assert (answer.status_code, answer.json()["type"]) == (403, "other-point")


def test_a_wrong_file_is_refused(tmp_path: Path) -> None:
    text = (CONFIG / "staff" / f"{POINT}.toml").read_text("utf-8")
    (tmp_path / "X.toml").write_text(text.replace('"helper"', '"boss"'))
    with pytest.raises(ConfigError, match="role"):
        read_staff(tmp_path)


def test_hashes_are_not_shown() -> None:
    helper, *_ = read_staff(CONFIG / "staff")[POINT].accounts
    assert helper.pin_hash not in repr(helper)


def file(central: Standing, client: TestClient, number: int, person: str, terminal: str) -> None:
    envelope = central.sealed(
        "application",
        {
            "version": 2,
            "id": numbered(number),
            "services": ["R01", "R02", "R17"],
            "applicant": {"name": "王小明", "number": person},
            **PRESENT,
        },
        terminal=terminal,
    )
    path = f"/v1/applications/{numbered(number)}"
    answer = client.put(path, content=envelope, headers=central.headers(terminal))
    assert answer.is_success, answer.text


def test_what_is_still_to_be_brought(central: Standing, client: TestClient) -> None:
    central.office.store.terminals.place("BZ-DEMO-0003", POINT)
    file(central, client, 1, WANG, TERMINAL)
    file(central, client, 2, "another", OTHER_TERMINAL)
    for number, service, due_on in ((1, "R17", "2026-12-09"), (1, "R01", "2026-12-20")):
        step = TaskMove(TaskState.CORRECTION, "照片看不清", due_on)
        central.office.store.work.settle(numbered(number), service, step, "later")
    central.office.store.work.settle(numbered(2), "R01", TaskMove(TaskState.CORRECTION), "later")
    items = ask(central, client, "corrections").json()["items"]
    assert [item["service"] for item in items] == ["R17", "R01"]
    assert items[0] == {
        "application_id": numbered(1),
        "case_number": "亳退 0000 0001",
        "masked_name": "王**",
        "service": "R17",
        "reason": "照片看不清",
        "due_on": "2026-12-09",
    }
    assert WANG not in json.dumps(items)


def move(central: Standing, number: int, service: str, state: TaskState, at: str) -> None:
    central.office.store.work.settle(numbered(number), service, TaskMove(state, "在等回函"), at)


def test_what_became_of_it_lately(central: Standing, client: TestClient) -> None:
    file(central, client, 1, WANG, TERMINAL)
    file(central, client, 2, "another", TERMINAL)
    file(central, client, 3, "elsewhere", OTHER_TERMINAL)
    today = NOON.isoformat(timespec="seconds")
    move(central, 1, "R01", TaskState.SUSPENDED, today)
    move(central, 1, "R17", TaskState.ENDED, "2026-11-01T00:00:00+08:00")  # long ago
    move(central, 3, "R01", TaskState.SUSPENDED, today)
    for service in ("R01", "R02", "R17"):
        move(central, 2, service, TaskState.DONE, today)
    said = ask(central, client, "desk").json()
    assert (said["open"], said["done"]) == (1, 1)
    assert [(one["state"], one["service"]) for one in said["items"]] == [
        ("suspended", "R01"),
        ("done", ""),
    ]
    assert said["items"][0] == {
        "application_id": numbered(1),
        "case_number": "亳退 0000 0001",
        "masked_name": "王**",
        "state": "suspended",
        "service": "R01",
        "reason": "在等回函",
        "changed_at": today,
    }
    assert WANG not in json.dumps(said)


def rate(central: Standing, client: TestClient, number: int, grade: int) -> None:
    path = f"/v1/ratings/{numbered(number)}/filing"
    body = json.dumps({"grade": grade, "reasons": []})
    answer = client.put(path, content=body, headers=central.headers() | JSON_TYPE)
    assert answer.is_success, answer.text


def test_a_month_and_how_ones_own_help_was_found(central: Standing, client: TestClient) -> None:
    for number in (1, 2, 3):
        file(central, client, number, f"person {number}", TERMINAL)
        rate(central, client, number, 5 if number < 3 else 2)
    helped = {"way": "helper_present", "staff": "H-0001"}
    envelope = central.sealed(
        "application",
        {
            "version": 2,
            "id": numbered(4),
            "services": ["R01"],
            "applicant": {"name": "王小明", "number": WANG},
            **PRESENT,
            **helped,
        },
    )
    path = f"/v1/applications/{numbered(4)}"
    assert client.put(path, content=envelope, headers=central.headers()).is_success
    rate(central, client, 4, 4)
    said = ask(central, client, "months/2026-11/H-0001").json()
    assert said == {
        "version": 1,
        "month": "2026-11",
        "filed": 4,
        "own": 1,
        "services": 10,
        "closed": 0,
        "ways": {"self": 3, "helper_present": 1},
        "grades": {},
    }
    assert ask(central, client, "months/2026-10/H-0001").json()["filed"] == 0
    assert ask(central, client, "months/2026-11/H-0002").json()["grades"] == {}


def test_grades_are_told_from_five_ratings_on(central: Standing, client: TestClient) -> None:
    """Of fewer a helper could tell who rated; ratings of parts are the offices'."""
    helped = {"way": "helper_present", "staff": "H-0001"}
    for number in range(1, 6):
        assert ask(central, client, "months/2026-11/H-0001").json()["grades"] == {}
        person = f"person {number}"
        body = central.body(number, person, **helped)
        path = f"/v1/applications/{numbered(number)}"
        assert client.put(path, content=body, headers=central.headers()).is_success
        rate(central, client, number, 4 if number < 5 else 2)
    grades = {"4": 4, "2": 1}
    assert ask(central, client, "months/2026-11/H-0001").json()["grades"] == grades
    path = f"/v1/ratings/{numbered(1)}/R01"
    part = client.put(path, content=b'{"grade": 1}', headers=central.headers() | JSON_TYPE)
    assert part.is_success
    assert ask(central, client, "months/2026-11/H-0001").json()["grades"] == grades


def test_a_month_that_is_none(central: Standing, client: TestClient) -> None:
    assert ask(central, client, "months/2026-13/H-0001").status_code == 422
