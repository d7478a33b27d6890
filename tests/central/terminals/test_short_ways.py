"""The calls that make nearly all of the load write once, and leave the rest to the long way."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from central.confirmation import FilingConfirmation
from central.store.office_tables import TaskDeadlineRow
from central.store.tables import (
    ActingRow,
    ArrivalRow,
    AuditHeadRow,
    ConfirmationEventRow,
    ConfirmationRow,
    HeartbeatRow,
)
from central.store.vouching_tables import HelperFilingRow
from tests.central.filing import ABSENT, PRESENT, PROXY
from tests.central.fleet.test_fleet import BEAT, post
from tests.central.standing import WANG, Standing, numbered
from tests.central.terminals.test_applications import Put, put  # noqa: F401 - a fixture

HEADS = ["a" * 64, "b" * 64]
CASES, FLEET = "central.store.cases.cases.note", "central.store.terminals.fleet.note"


class LongWayError(Exception):
    """What was called compares a request with what came before."""


def forbid(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    def fail(*_said: Any) -> None:
        raise LongWayError

    monkeypatch.setattr(name, fail)


def test_an_own_application_is_written_with_its_arrival_and_head(
    central: Standing,
    put: Put,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with monkeypatch.context() as short:
        forbid(short, CASES)
        headers = central.headers(kiosk_sequence=4, kiosk_audit=f"9:{HEADS[0]}")
        answer = put(central.body(), headers=headers)
        assert answer.status_code == 201
    assert central.rows((ArrivalRow.sequence,)) == [(4,)]
    assert central.rows((AuditHeadRow.sequence, AuditHeadRow.head)) == [(9, HEADS[0])]
    # What came before, under this number or with another head, is compared.
    again = put(central.body(2, WANG), 2, central.headers(kiosk_sequence=4))
    assert again.status_code == 201
    assert [kind for kind, _ in central.alarms()] == ["sequence-reused"]


@pytest.mark.parametrize("way", [PROXY, PRESENT, ABSENT])
def test_a_filing_for_another_is_written_at_once(
    central: Standing,
    put: Put,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
    way: dict[str, Any],
) -> None:
    forbid(monkeypatch, CASES)
    headers = central.headers(kiosk_sequence=4, kiosk_audit=f"9:{HEADS[0]}")
    assert put(central.body(1, **way), headers=headers).status_code == 201
    assert central.rows((ArrivalRow.sequence,)) == [(4,)]
    awaits = way is not PRESENT
    state = FilingConfirmation.AWAITING if awaits else FilingConfirmation.STARTED
    assert central.rows((ConfirmationRow.state,)) == [(state,)]
    assert central.rows((ConfirmationEventRow.event,)) == [("filed",)]
    assert central.rows((HelperFilingRow.kind,)) == ([("absent",)] if way is ABSENT else [])
    assert len(central.rows((ActingRow.proxy,))) == (1 if "proxy" in way else 0)
    assert central.alarms() == []


def test_deadlines_stand_with_the_case(central: Standing, put: Put) -> None:  # noqa: F811
    put(central.body())
    assert central.office.store.deadlines.unplanned(9) == ()
    rows = central.rows(
        (TaskDeadlineRow.service, TaskDeadlineRow.promised_on, TaskDeadlineRow.looked_on)
    )
    envelope = central.office.store.cases.envelope_of(numbered(1))
    assert envelope is not None
    services = tuple(sorted(row[0] for row in rows))
    received = central.clock[0].isoformat(timespec="seconds")
    promised = central.office.vault.promised_days(envelope, services, received)
    assert {row[0]: row[1] for row in rows} == promised
    far = (central.clock[0].date() + timedelta(days=20)).isoformat()
    for _, day, looked in rows:
        # The watch looks today at what may be near already, and at the others from tomorrow on.
        assert looked == (date(2026, 11, 23).isoformat() if day > far else "")


def test_a_heartbeat_as_before_takes_the_short_way(
    central: Standing, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    post(central, client, "/v1/heartbeat", BEAT)
    with monkeypatch.context() as short:
        forbid(short, FLEET)
        for number in (8, 8, 9):
            central.clock[0] += timedelta(minutes=1)
            said = BEAT | {"audit": f"{number}:{HEADS[0]}", "at": central.clock[0].isoformat()}
            assert post(central, client, "/v1/heartbeat", said).status_code == 200
        assert central.rows((HeartbeatRow.at,)) == [("2026-11-23T12:03:00+08:00",)]
        for unusual in (
            {"audit": f"8:{HEADS[0]}"},
            {"audit": f"9:{HEADS[1]}"},
            {"states": {"camera": "absent"}},
            {"quarantined": 1},
            {"at": "2026-11-23T12:00:00+08:00"},
        ):
            central.clock[0] += timedelta(minutes=6)
            usual = {"audit": f"9:{HEADS[0]}", "at": central.clock[0].isoformat()}
            with pytest.raises(LongWayError):
                post(central, client, "/v1/heartbeat", BEAT | usual | unusual)
    assert central.alarms() == []
    post(central, client, "/v1/heartbeat", BEAT | {"audit": f"9:{HEADS[1]}"})
    assert "audit-rewound" in [kind for kind, _ in central.alarms()]
