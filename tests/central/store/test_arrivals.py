"""What the service records of a terminal's numbers and audit chain, and when it is alarmed."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from httpx2 import Response
from starlette.testclient import TestClient

from central.store.tables import ArrivalRow
from kiosk.crypto.envelope import Envelope, digest, parse_envelope
from tests.central.standing import OTHER_TERMINAL, TERMINAL, WANG, Standing, numbered

HEAD, OTHER_HEAD = "a" * 64, "b" * 64
REWOUND = "audit-rewound"


def put(
    central: Standing, client: TestClient, body: bytes, number: int, **marks: object
) -> Response:
    path = f"/v1/applications/{numbered(number)}"
    return client.put(path, content=body, headers=central.headers(**marks))


def content_digest(body: bytes) -> str:
    envelope = parse_envelope(body)
    assert isinstance(envelope, Envelope)
    return envelope.digest


def rate(central: Standing, client: TestClient, stage: str, **marks: object) -> Response:
    path = f"/v1/ratings/{numbered(1)}/{stage}"
    headers = central.headers(content_type="application/json", **marks)
    return client.put(path, json={"grade": 5}, headers=headers)


def arrived(central: Standing) -> list[tuple[str, int, str, str]]:
    wanted = sa.select(ArrivalRow).order_by(ArrivalRow.sequence)
    return central.office.store.database.read(
        lambda session: [
            (row.terminal, row.sequence, row.path, row.digest) for row in session.scalars(wanted)
        ]
    )


def test_numbers_are_noted_with_the_effect(central: Standing, client: TestClient) -> None:
    body = central.body()
    for _ in range(2):
        assert put(central, client, body, 1, kiosk_sequence=1).is_success
        assert rate(central, client, "receipt", kiosk_sequence=2).is_success
    assert rate(central, client, "progress").is_success
    assert arrived(central) == [
        (TERMINAL, 1, f"/v1/applications/{numbered(1)}", content_digest(body)),
        (TERMINAL, 2, f"/v1/ratings/{numbered(1)}/receipt", digest(b'{"grade":5}')),
    ]
    assert central.alarms() == []


def test_what_is_refused_has_not_arrived(central: Standing, client: TestClient) -> None:
    assert put(central, client, b"{}", 1, kiosk_sequence=1).status_code == 422
    put(central, client, central.body(), 1)
    assert put(central, client, central.body(2), 2, kiosk_sequence=1).status_code == 409
    assert (
        put(central, client, central.body(services=["R01"]), 1, kiosk_sequence=1).status_code == 409
    )
    rate(central, client, "receipt")
    path = f"/v1/ratings/{numbered(1)}/receipt"
    headers = central.headers(content_type="application/json", kiosk_sequence=1)
    assert client.put(path, json={"grade": 1}, headers=headers).status_code == 409
    assert arrived(central) == []


def test_a_number_that_was_used_before(central: Standing, client: TestClient) -> None:
    assert put(central, client, central.body(1), 1, kiosk_sequence=1).status_code == 201
    assert put(central, client, central.body(2, WANG), 2, kiosk_sequence=1).status_code == 201
    detail = f"1: /v1/applications/{numbered(1)}, then /v1/applications/{numbered(2)}"
    assert central.alarms() == [("sequence-reused", detail)]
    other = central.headers(OTHER_TERMINAL, content_type="application/json", kiosk_sequence=1)
    assert client.put(f"/v1/ratings/{numbered(1)}/x", json={"grade": 1}, headers=other).is_success
    assert len(central.alarms()) == 1


@pytest.mark.parametrize(
    ("marks", "alarmed"),
    [
        ((f"1:{HEAD}", f"2:{OTHER_HEAD}", f"2:{OTHER_HEAD}"), False),
        ((f"0:{HEAD}", f"9:{HEAD}"), False),
        ((f"2:{HEAD}", f"1:{HEAD}"), True),
        ((f"2:{HEAD}", f"2:{OTHER_HEAD}"), True),
    ],
)
def test_audit_chains_only_grow(
    central: Standing, client: TestClient, marks: tuple[str, ...], alarmed: bool
) -> None:
    for mark in marks:
        headers = central.headers(kiosk_audit=mark)
        path = f"/v1/applications/{numbered(1)}/progress"
        assert client.get(path, headers=headers).status_code == 404
        central.clock[0] += timedelta(seconds=31)
    assert [kind for kind, _ in central.alarms()] == [REWOUND] * alarmed


def test_a_parcel_brings_its_head(central: Standing, client: TestClient) -> None:
    for mark in (f"5:{HEAD}", f"4:{HEAD}"):
        marks = {"kiosk_sequence": 1, "kiosk_audit": mark}
        assert rate(central, client, "receipt", **marks).is_success
        central.clock[0] += timedelta(seconds=31)
    assert central.alarms() == [(REWOUND, f"5:{HEAD}, then 4:{HEAD}")]
    assert rate(central, client, "receipt", kiosk_audit=f"3:{HEAD}").is_success
    assert len(central.alarms()) == 2


def test_a_request_may_be_overtaken(central: Standing, client: TestClient) -> None:
    def ask(mark: str) -> None:
        path = f"/v1/applications/{numbered(1)}/progress"
        client.get(path, headers=central.headers(kiosk_audit=mark))

    for mark in (f"7:{HEAD}", f"5:{HEAD}", f"6:{OTHER_HEAD}"):
        ask(mark)
        central.clock[0] += timedelta(seconds=10)
    assert central.alarms() == []
    central.clock[0] += timedelta(seconds=10)
    ask(f"6:{OTHER_HEAD}")
    assert central.alarms() == [(REWOUND, f"7:{HEAD}, then 6:{OTHER_HEAD}")]
    ask(f"6:{HEAD}")
    assert len(central.alarms()) == 2


@pytest.mark.parametrize(
    "marks",
    [
        {"kiosk_sequence": "0"},
        {"kiosk_sequence": "-1"},
        {"kiosk_sequence": "1.0"},
        {"kiosk_sequence": "9" * 19},
        {"kiosk_audit": "1"},
        {"kiosk_audit": f"-1:{HEAD}"},
        {"kiosk_audit": f"01:{HEAD}"},
        {"kiosk_audit": f"1:{HEAD.upper()}"},
        {"kiosk_audit": f"1:{HEAD}0"},
    ],
)
def test_odd_marks(central: Standing, client: TestClient, marks: dict[str, str]) -> None:
    answer = put(central, client, central.body(), 1, **marks)
    assert (answer.status_code, answer.json()["type"]) == (422, "malformed")
    assert central.office.store.cases.progress(numbered(1)) is None


def test_a_revoked_terminal(central: Standing, client: TestClient) -> None:
    central.office.store.terminals.revoke(TERMINAL)
    central.office.store.terminals.revoke(TERMINAL)
    for answer in (
        put(central, client, central.body(), 1, kiosk_sequence=1),
        rate(central, client, "receipt", kiosk_audit=f"1:{HEAD}"),
    ):
        assert (answer.status_code, answer.json()["type"]) == (403, "revoked")
    assert arrived(central) == []
    other = central.headers(OTHER_TERMINAL)
    path = f"/v1/applications/{numbered(1)}/progress"
    assert client.get(path, headers=other).status_code == 404
