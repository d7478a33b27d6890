"""Heartbeats are kept, differences found, and configuration is served from its folder alone."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from central.store.tables import HeartbeatRow, WitnessRow
from kiosk.crypto.envelope import digest
from kiosk.fleet.heartbeat import Heartbeat
from kiosk.ports import CentralAnswer
from kiosk.storage.store import Store, open_store
from tests.central.standing import OTHER_TERMINAL, TERMINAL, Standing, numbered

HEAD = "a" * 64
BEAT = {
    "version": 1,
    "at": "2026-11-23T12:00:00+08:00",
    "states": {"reader": "ready"},
    "waiting": 3,
    "quarantined": 0,
    "oldest_seconds": 60,
    "versions": {"app": "0.1.0"},
    "audit": f"7:{HEAD}",
}


class Mute:
    """Nobody is called: the test carries what would be said."""

    def call(self, *_said: object) -> CentralAnswer:
        return CentralAnswer()


def post(central: Standing, client: TestClient, path: str, body: object) -> Response:
    headers = central.headers(content_type="application/json")
    return client.post(path, json=body, headers=headers)


def get(central: Standing, client: TestClient, path: str, **more: object) -> Response:
    return client.get(f"/v1/configuration/{path}", headers=central.headers(TERMINAL, **more))


def test_the_newest_heartbeat_is_kept(central: Standing, client: TestClient) -> None:
    for waiting in (3, 2):
        answer = post(central, client, "/v1/heartbeat", BEAT | {"waiting": waiting})
        at = "2026-11-23T12:00:00+08:00"
        assert answer.json() == {"version": 1, "at": at, "configuration": ""}
    ((terminal, body),) = central.rows((HeartbeatRow.terminal, HeartbeatRow.body))
    assert (terminal, json.loads(body)["waiting"]) == (TERMINAL, 2)
    columns = (WitnessRow.terminal, WitnessRow.sequence, WitnessRow.head)
    assert central.rows(columns) == [(TERMINAL, 7, HEAD)]


def test_a_heartbeat_is_answered_with_the_version_to_run(
    central: Standing, client: TestClient
) -> None:
    rings = central.office.store.release_rings
    rings.set("0.2.0", 100, "2026-11-23T12:00:00+08:00")
    assert post(central, client, "/v1/heartbeat", BEAT).json()["release"] == "0.2.0"
    rings.set("0.2.0", 0, "2026-11-23T12:00:00+08:00")
    assert "release" not in post(central, client, "/v1/heartbeat", BEAT).json()


def test_a_heartbeat_that_went_back(central: Standing, client: TestClient) -> None:
    post(central, client, "/v1/heartbeat", BEAT)
    central.clock[0] += timedelta(minutes=1)
    post(central, client, "/v1/heartbeat", BEAT | {"audit": f"6:{HEAD}"})
    assert [kind for kind, _ in central.alarms()] == ["audit-rewound"]


@pytest.mark.parametrize(
    "changes",
    [
        {"version": 2},
        {"waiting": -1},
        {"waiting": "3"},
        {"states": {"reader": 1}},
        {"audit": "7"},
        {"more": 1},
    ],
)
def test_other_heartbeats(central: Standing, client: TestClient, changes: dict[str, Any]) -> None:
    answer = post(central, client, "/v1/heartbeat", BEAT | changes)
    assert (answer.status_code, answer.json()["type"]) == (422, "malformed")


def test_a_heartbeat_is_short(central: Standing, client: TestClient) -> None:
    states = {f"{number}": "x" * 90 for number in range(11)}
    answer = post(central, client, "/v1/heartbeat", BEAT | {"states": states})
    assert (answer.status_code, answer.json()["type"]) == (413, "too-large")


def arrive(central: Standing, client: TestClient, sequence: int) -> dict[str, Any]:
    path = f"/v1/ratings/{numbered(sequence)}/receipt"
    headers = central.headers(content_type="application/json", kiosk_sequence=sequence)
    assert client.put(path, json={"grade": 5}, headers=headers).is_success
    return {"sequence": sequence, "path": path, "digest": digest(b'{"grade":5}')}


def reconcile(
    central: Standing, client: TestClient, first: int, last: int, entries: list[dict[str, Any]]
) -> Response:
    body = {"from": first, "to": last, "entries": entries}
    return post(central, client, "/v1/reconciliation", body)


def test_nothing_is_missing(central: Standing, client: TestClient) -> None:
    entries = [arrive(central, client, sequence) for sequence in (1, 2, 3)]
    nothing = {"version": 1, "missing": [], "different": [], "unexpected": [], "highest": 3}
    assert reconcile(central, client, 1, 3, entries).json() == nothing
    assert reconcile(central, client, 4, 9, []).json() == nothing
    assert central.alarms() == []


def test_a_terminal_that_does_not_know_its_newest_numbers(
    central: Standing, client: TestClient
) -> None:
    """Its database was restored or cloned, or is empty."""
    entries = [arrive(central, client, sequence) for sequence in (1, 2, 3)]
    assert reconcile(central, client, 1, 2, entries[:2]).json()["highest"] == 3
    assert reconcile(central, client, 1, 1, []).json()["highest"] == 3
    assert central.alarms() == [("sequence-behind", "2, then 3"), ("sequence-behind", "1, then 3")]


def test_loss_is_found(central: Standing, client: TestClient) -> None:
    entries = [arrive(central, client, sequence) for sequence in (1, 2, 3, 4)]
    lost = [entries[0] | {"sequence": number} for number in (9, 5)]
    changed = [entries[1] | {"path": "/v1/ratings/x"}, entries[2] | {"digest": "0" * 64}]
    assert reconcile(central, client, 1, 9, [*lost, *changed, entries[0]]).json() == {
        "version": 1,
        "missing": [5, 9],
        "different": [2, 3],
        "unexpected": [4],
        "highest": 4,
    }
    assert central.alarms() == [("sequence-missing", "5, 9")]


def test_each_terminal_has_its_own_numbers(central: Standing, client: TestClient) -> None:
    entry = arrive(central, client, 1)
    headers = central.headers(OTHER_TERMINAL, content_type="application/json")
    body = {"from": 1, "to": 1, "entries": [entry]}
    answer = client.post("/v1/reconciliation", json=body, headers=headers)
    assert answer.json()["missing"] == [1]


ENTRY = {"sequence": 2, "path": "/v1/x", "digest": "0" * 64}


@pytest.mark.parametrize(
    ("first", "last", "entries"),
    [
        (2, 1, []),
        (0, 1, []),
        (1, 1, [ENTRY]),
        (3, 4, [ENTRY]),
        (1, 2, [ENTRY, ENTRY]),
        (1, 2, [ENTRY | {"digest": "0"}]),
        (1, 2**53, []),
        (1, 2001, [ENTRY | {"sequence": number} for number in range(1, 2002)]),
    ],
)
def test_other_ranges(
    central: Standing, client: TestClient, first: int, last: int, entries: list[dict[str, Any]]
) -> None:
    answer = reconcile(central, client, first, last, entries)
    assert (answer.status_code, answer.json()["type"]) == (422, "malformed")
    assert central.alarms() == []


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """What the operator put there, beside what nobody may have."""
    found = tmp_path / "configuration"
    (found / "targets").mkdir(parents=True)
    (found / "timestamp.json").write_bytes(b"{}")
    (found / "targets" / "site.json").write_bytes(b'{"a":1}')
    (found / "link").symlink_to(tmp_path / "data" / "receipt.key")
    return found


@pytest.mark.usefixtures("folder")
def test_configuration_is_given(central: Standing, client: TestClient) -> None:
    answer = get(central, client, "targets/site.json")
    assert (answer.content, answer.headers["content-type"]) == (
        b'{"a":1}',
        "application/octet-stream",
    )
    again = get(central, client, "targets/site.json", if_none_match=answer.headers["etag"])
    assert (again.status_code, again.content) == (304, b"")


def test_its_version_is_told(central: Standing, client: TestClient, folder: Path) -> None:
    def version() -> str:
        answer = post(central, client, "/v1/heartbeat", BEAT)
        said: str = answer.json()["configuration"]
        return said

    first = version()
    assert first == digest(b"{}")
    (folder / "timestamp.json").write_bytes(b"{ }")
    assert version() != first


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    "path",
    [
        "absent",
        "targets",
        "../data/receipt.key",
        "%2e%2e/data/receipt.key",
        "..%2fdata%2freceipt.key",
        "targets/../../data/receipt.key",
        "link",
        "%2Fetc%2Fpasswd",
        "a%00b",
        "x" * 5000,
    ],
)
def test_nothing_else_is_given(central: Standing, client: TestClient, path: str) -> None:
    answer = get(central, client, path)
    assert (answer.status_code, answer.headers["content-type"]) == (
        404,
        "application/problem+json",
    )


def test_what_a_terminal_says_of_itself_is_taken(
    central: Standing, client: TestClient, tmp_path: Path
) -> None:
    store = open_store(tmp_path / "kiosk.db")
    assert isinstance(store, Store)
    states = dict.fromkeys(("idcard", "camera", "printer", "sscard", "scanner"), "self_test")
    heart = Heartbeat(
        Mute(), store, lambda: states, {"app": "0.1.0"}, lambda: central.clock[0], lambda: 0.5
    )
    headers = central.headers(content_type="application/json")
    answer = client.post("/v1/heartbeat", content=heart.body(), headers=headers)
    store.close()
    assert answer.status_code == 200, answer.text
    ((_, body),) = central.rows((HeartbeatRow.terminal, HeartbeatRow.body))
    assert json.loads(body)["states"] == states
