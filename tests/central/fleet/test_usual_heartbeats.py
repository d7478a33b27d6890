"""A heartbeat that says what the one before said: one look, one statement, and it counts once."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from httpx2 import Request
from starlette.testclient import TestClient

from central.store.database import CentralDatabase
from central.store.tables import AuditHeadRow, HeartbeatRow, NonceRow, WitnessRow
from drivers.central.signing import sign
from kiosk.crypto.envelope import canonical
from tests.central.fleet.test_fleet import BEAT, HEAD, post
from tests.central.standing import TERMINAL, Standing


@contextmanager
def counted(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Yield the names of what is asked of the database within the block, each time that it is."""
    asked: list[str] = []
    with monkeypatch.context() as patched:
        for name in ("look_at_rows", "run", "put_down", "put_down_row", "read", "write"):
            whole = getattr(CentralDatabase, name)

            def noted(*said: Any, _name: str = name, _whole: Any = whole, **more: Any) -> Any:
                asked.append(_name)
                return _whole(*said, **more)

            patched.setattr(CentralDatabase, name, noted)
        yield asked


def heads(central: Standing) -> list[tuple[Any, ...]]:
    return sorted(central.rows((AuditHeadRow.sequence, AuditHeadRow.head, AuditHeadRow.ended_at)))


def test_it_needs_one_look_and_one_statement(
    central: Standing, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    post(central, client, "/v1/heartbeat", BEAT)
    for audit in (f"7:{HEAD}", f"8:{HEAD}"):
        central.clock[0] += timedelta(minutes=1)
        said = BEAT | {"at": central.clock[0].isoformat(), "audit": audit}
        with counted(monkeypatch) as asked:
            assert post(central, client, "/v1/heartbeat", said).status_code == 200
        assert asked == ["look_at_rows", "run"]
        assert central.rows((HeartbeatRow.at,)) == [
            (central.clock[0].isoformat(timespec="seconds"),)
        ]
    assert heads(central) == [(7, HEAD, ""), (8, HEAD, "")]


def test_a_head_that_was_named_before_is_not_written_again(
    central: Standing, client: TestClient
) -> None:
    post(central, client, "/v1/heartbeat", BEAT)
    before = central.rows((WitnessRow.at,))
    central.clock[0] += timedelta(minutes=1)
    post(central, client, "/v1/heartbeat", BEAT | {"at": central.clock[0].isoformat()})
    assert central.rows((WitnessRow.at,)) == before
    # One that had ended counts anew.
    central.clock[0] += timedelta(minutes=1)
    post(central, client, "/v1/heartbeat", BEAT | {"audit": f"5:{HEAD}"})
    assert [row[2] != "" for row in heads(central)] == [False, True]
    central.clock[0] += timedelta(minutes=1)
    usual = BEAT | {"at": central.clock[0].isoformat()}
    post(central, client, "/v1/heartbeat", usual)
    assert [row[2] for row in heads(central)] == ["", ""]


def signed(central: Standing, body: bytes) -> Request:
    request = Request(
        "POST",
        "http://testserver/v1/heartbeat",
        content=body,
        headers={"content-type": "application/json"},
    )
    sign(request, central.key(TERMINAL), central.clock[0], os.urandom)
    return request


def test_the_very_same_request_counts_once(central: Standing, client: TestClient) -> None:
    client.auth = None
    post_first = signed(central, canonical(BEAT))
    assert client.send(post_first).status_code == 200
    central.clock[0] += timedelta(seconds=30)
    said = canonical(BEAT | {"audit": f"9:{HEAD}"})
    once = signed(central, said)
    assert client.send(once).status_code == 200
    before = central.rows((HeartbeatRow.at,)), heads(central)
    central.clock[0] += timedelta(seconds=30)
    again = client.send(once)
    assert (again.status_code, again.json()["type"]) == (425, "replayed")
    assert (central.rows((HeartbeatRow.at,)), heads(central)) == before
    assert len(central.rows((NonceRow.name,))) == 2


def test_who_is_revoked_or_forges_is_not_heard(central: Standing, client: TestClient) -> None:
    client.auth = None
    assert client.send(signed(central, canonical(BEAT))).status_code == 200
    central.clock[0] += timedelta(minutes=1)
    forged = signed(central, canonical(BEAT | {"waiting": 0}))
    forged.headers["content-digest"] = "sha-256=:AAAA:"
    assert client.send(forged).status_code == 401
    central.office.store.terminals.revoke(TERMINAL)
    assert client.send(signed(central, canonical(BEAT))).status_code == 403
    assert central.rows((HeartbeatRow.at,)) == [("2026-11-23T12:00:00+08:00",)]
