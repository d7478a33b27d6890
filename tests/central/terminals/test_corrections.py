"""What an office asked for goes back to it, once, and is never taken unasked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from central.store.tables import PaperRow
from central.tasks import TaskState
from kiosk.crypto.envelope import digest
from kiosk.crypto.receipt import verify_acknowledgement
from tests.central.standing import OTHER_TERMINAL, TERMINAL, Standing, numbered

ID = numbered(700)
Put = Callable[..., Response]


@pytest.fixture
def put(central: Standing, client: TestClient) -> Put:
    """Hand in a correction of application 1."""
    application = client.put(
        f"/v1/applications/{numbered(1)}", content=central.body(), headers=central.headers()
    )
    assert application.is_success

    def call(body: bytes | None = None, path: str = ID, **more: object) -> Response:
        content = central.sealed("correction", document()) if body is None else body
        headers = central.headers(**more)
        return client.put(f"/v1/corrections/{path}", content=content, headers=headers)

    return call


def document(**changes: object) -> dict[str, Any]:
    said = {"version": 1, "id": ID, "application_id": numbered(1), "service": "R01"}
    return said | {"answers": {}, "papers": [], "way": "self", "confirmed_at": "now"} | changes


def ask_for(central: Standing, service: str = "R01") -> None:
    central.settle(service, TaskState.CORRECTION, reason="照片看不清", due_on="2026-12-01")


def state_of(central: Standing, service: str = "R01") -> dict[str, Any]:
    found = central.office.store.cases.progress(numbered(1))
    assert found
    (one,) = [row for row in found["services"] if row["code"] == service]
    return {name: one[name] for name in ("state", "reason", "due_on")}


def said(answer: Response) -> tuple[int, str]:
    return answer.status_code, answer.json().get("type", "")


def test_its_key_is_needed_as_long_as_the_case_is_open(central: Standing, put: Put) -> None:
    key = central.keys.sealing.id
    ask_for(central)
    assert put().is_success
    assert central.office.store.cases.count_open_sealed_to(key) == 2
    for service in ("R01", "R06", "R07", "R17"):
        central.settle(service, TaskState.DONE)
    assert central.office.store.cases.count_open_sealed_to(key) == 0


def test_it_goes_back_to_the_office(central: Standing, put: Put) -> None:
    ask_for(central)
    body = central.sealed("correction", document())
    first = put(body, kiosk_sequence=9)
    assert first.status_code == 201
    key = central.keys.signing.receipt_key
    assert verify_acknowledgement(first.content, key, f"/v1/corrections/{ID}", digest(body))
    assert state_of(central) == {"state": "ready", "reason": "", "due_on": ""}
    central.settle("R01", TaskState.WORKING)
    again = put(body, kiosk_sequence=9)
    assert (again.status_code, again.content) == (200, first.content)
    assert state_of(central)["state"] == "working"
    assert central.office.store.corrections.of(numbered(1), "R01") == (body,)
    assert central.alarms() == []


def test_it_brings_papers(central: Standing, put: Put) -> None:
    ask_for(central)
    pages = [{"code": "A1", "pages": [{"digest": "a" * 64, "blob": "b" * 64, "bytes": 5}]}]
    assert put(central.sealed("correction", document(papers=pages))).is_success
    columns = (PaperRow.application_id, PaperRow.blob, PaperRow.bytes)
    assert central.rows(columns) == [(numbered(1), "b" * 64, 5)]


def test_another_content_under_its_id(central: Standing, put: Put) -> None:
    ask_for(central)
    put()
    ask_for(central)
    other = central.sealed("correction", document(answers={"mobile": "1"}))
    assert said(put(other)) == (409, "other-digest")


@pytest.mark.parametrize(
    "changes", [{"application_id": numbered(9)}, {"service": "R06"}, {"service": "R99"}]
)
def test_nobody_asked_for_it(central: Standing, put: Put, changes: dict[str, str]) -> None:
    ask_for(central)
    assert said(put(central.sealed("correction", document(**changes)))) == (409, "not-asked")
    assert state_of(central)["state"] == "correction"


def test_another_points_case_is_not_touched(
    central: Standing, put: Put, client: TestClient
) -> None:
    ask_for(central)
    central.office.store.terminals.place(OTHER_TERMINAL, "BZ-ELSEWHERE")
    body = central.sealed("correction", document(), terminal=OTHER_TERMINAL)
    path, headers = f"/v1/corrections/{ID}", central.headers(OTHER_TERMINAL)
    assert said(client.put(path, content=body, headers=headers)) == (409, "not-asked")
    central.office.store.terminals.place(
        OTHER_TERMINAL, central.office.store.terminals.point_of(TERMINAL)
    )
    assert client.put(path, content=body, headers=headers).status_code == 201


def test_what_was_asked_once_is_taken_once(central: Standing, put: Put) -> None:
    assert said(put()) == (409, "not-asked")
    ask_for(central)
    assert put().status_code == 201
    second = document(id=numbered(701))
    answer = put(central.sealed("correction", second), numbered(701))
    assert said(answer) == (409, "not-asked")


@pytest.mark.parametrize(
    "changes", [{"papers": [{"blob": 5}]}, {"application_id": 5}, {"service": None}]
)
def test_contents_that_are_refused(central: Standing, put: Put, changes: dict[str, Any]) -> None:
    ask_for(central)
    assert said(put(central.sealed("correction", document(**changes)))) == (
        422,
        "content-wrong",
    )


def test_envelopes_that_are_refused(central: Standing, put: Put) -> None:
    ask_for(central)
    assert said(put(b"{}")) == (422, "malformed")
    assert said(put(b"[" * 100_000)) == (422, "malformed")
    assert said(put(central.sealed("talent", document()))) == (422, "malformed")
    assert said(put(central.body(1), numbered(1))) == (422, "malformed")
    numbered_7 = central.sealed("correction", document(), sequence=7)
    too_far = numbered_7.replace(b'"sequence":7', b'"sequence":9007199254740992')
    assert said(put(too_far)) == (422, "malformed")
    other = central.sealed("correction", document(), terminal=OTHER_TERMINAL)
    assert said(put(other)) == (422, "other-terminal")
    assert said(put(content_type="application/json")) == (415, "media-type")
    assert said(put(bytes(320 * 1024 + 1))) == (413, "too-large")
    assert state_of(central)["state"] == "correction"
