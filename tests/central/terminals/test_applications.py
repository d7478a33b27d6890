"""An application is taken once, whole, with a task for each service and a valid receipt."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from httpx2 import Response
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from central.tasks import TaskState
from kiosk.crypto.envelope import Envelope, digest, seal
from kiosk.crypto.receipt import Receipt, verify_receipt
from tests.central.standing import (
    LIU,
    OTHER_TERMINAL,
    PRESENT,
    TERMINAL,
    WANG,
    Standing,
    content,
    numbered,
)

PROBLEM = "application/problem+json"
WRONG = "content-wrong"
Put = Callable[..., Response]

FACE = PRESENT["proof"]
VOUCHED = {"method": "vouched", "voucher": "H-0001", "reason": "portrait_old"}
HELPED = {"way": "helper_present", "staff": "H-0001"}


@pytest.fixture
def put(central: Standing, client: TestClient) -> Put:
    def call(body: bytes, number: int = 1, headers: dict[str, str] | None = None) -> Response:
        path = f"/v1/applications/{numbered(number)}"
        return client.put(path, content=body, headers=headers or central.headers())

    return call


def test_a_case_of_half_past_one_in_bozhou_is_dated_and_due_from_that_day(
    central: Standing, put: Put, progress: Callable[[int], Any]
) -> None:
    """cases.md, row 24, on a service whose machine stands in UTC."""
    central.clock[0] = datetime(2026, 11, 23, 17, 30, tzinfo=UTC)
    assert put(central.body(1)).status_code == 201
    told = progress(1)
    assert told["received_at"] == "2026-11-24T01:30:00+08:00"
    assert told["due_on"] == "2026-12-15"


@pytest.fixture
def progress(central: Standing, client: TestClient) -> Callable[[int], Any]:
    def call(number: int) -> Any:
        path = f"/v1/applications/{numbered(number)}/progress"
        return client.get(path, headers=central.headers()).json()

    return call


def refused(answer: Response, status: int, kind: str) -> bool:
    words = answer.json()
    return (
        answer.status_code == status
        and answer.headers["content-type"] == PROBLEM
        and (words["type"], words["status"]) == (kind, status)
    )


def receipt_of(central: Standing, answer: Response, envelope_digest: str) -> Receipt:
    key = central.keys.signing.receipt_key
    receipt = verify_receipt(answer.content, key, numbered(1), envelope_digest)
    assert receipt is not None
    return receipt


def test_a_new_application(central: Standing, put: Put, progress: Callable[[int], Any]) -> None:
    envelope = central.envelope(content(numbered(1)))
    answer = put(envelope.encode())
    assert (answer.status_code, answer.headers["content-type"]) == (201, "application/json")
    receipt = receipt_of(central, answer, envelope.digest)
    assert (receipt.case_number, receipt.terminal) == ("亳退 0000 0001", TERMINAL)
    assert (receipt.received_at.isoformat(), receipt.due_on.isoformat()) == (
        "2026-11-23T12:00:00+08:00",
        "2026-12-14",
    )
    at = "2026-11-23T12:00:00+08:00"
    states = {"R01": "ready", "R06": "waiting", "R07": "waiting", "R17": "ready"}
    assert progress(1) == {
        "version": 1,
        "id": numbered(1),
        "case_number": "亳退 0000 0001",
        "received_at": at,
        "due_on": "2026-12-14",
        "open": True,
        "services": [
            {
                "code": code,
                "state": state,
                "changed_at": at,
                "reason": "",
                "due_on": "",
                "opens_on": "",
            }
            for code, state in states.items()
        ],
        "papers_missing": 0,
        "confirmation": {"state": "not_needed", "until": ""},
    }


def test_the_same_application_again(central: Standing, put: Put) -> None:
    body = central.body()
    first = put(body)
    central.clock[0] = central.clock[0].replace(year=2027)
    again = put(body)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.content == again.content
    # Sealing anew gives other bytes for the same content; the digest decides.
    assert put(central.body()).content == first.content


def test_the_same_id_with_another_content(central: Standing, put: Put) -> None:
    put(central.body())
    assert refused(put(central.body(services=["R01"])), 409, "other-digest")


def test_one_open_case_for_each_person(
    central: Standing, put: Put, progress: Callable[[int], Any]
) -> None:
    put(central.body(1))
    answer = put(central.body(2), 2)
    assert refused(answer, 409, "open-case")
    assert answer.json()["case_number"] == "亳退 0000 0001"
    assert answer.json()["application_id"] == numbered(1)
    assert put(central.body(3, WANG), 3).status_code == 201
    assert progress(3)["case_number"] == "亳退 0000 0002"


def test_what_was_refused_can_be_filed_again_beside_the_case(
    central: Standing, put: Put, progress: Callable[[int], Any]
) -> None:
    """Parts are blocked, not the person: one open case held everything back before."""
    put(central.body(1))
    central.settle("R17", TaskState.REFUSED)
    assert progress(1)["open"]
    assert put(central.body(2, services=["R17"]), 2).status_code == 201
    assert refused(put(central.body(3, services=["R17"]), 3), 409, "open-case")
    assert put(central.body(4, services=["R08"]), 4).status_code == 201


@pytest.mark.parametrize("services", [["R06"], ["R08", "R06"], ["R02"], ["R03", "R08"]])
def test_what_is_under_way_blocks_the_same_and_the_other_ways_into_retirement(
    central: Standing, put: Put, services: list[str]
) -> None:
    put(central.body(1))
    answer = put(central.body(2, services=services), 2)
    assert refused(answer, 409, "open-case")
    assert answer.json()["application_id"] == numbered(1)
    assert put(central.body(3, WANG, services=services), 3).status_code == 201


def test_a_settled_case_makes_room(
    central: Standing, put: Put, progress: Callable[[int], Any]
) -> None:
    put(central.body(1))
    for service in ("R01", "R06", "R07"):
        central.settle(service, TaskState.DONE)
        assert progress(1)["open"]
    states = {one["code"]: (one["state"], one["changed_at"]) for one in progress(1)["services"]}
    assert states["R07"] == ("done", "later")
    assert states["R17"] == ("ready", "2026-11-23T12:00:00+08:00")
    central.settle("R17", TaskState.REFUSED)
    assert not progress(1)["open"]
    assert put(central.body(2), 2).status_code == 201


def test_settling_frees_what_waited(
    central: Standing, put: Put, progress: Callable[[int], Any]
) -> None:
    put(central.body(1))
    central.settle("R01", TaskState.DONE)
    assert [one["state"] for one in progress(1)["services"]] == [
        "done",
        "ready",
        "waiting",
        "ready",
    ]


def test_the_number_is_stored_nowhere(central: Standing, put: Put, tmp_path: Any) -> None:
    put(central.body())
    central.office.store.close()
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(files) > 5
    assert not [path for path in files if LIU.encode() in path.read_bytes()]


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"services": []}, "content-wrong"),
        ({"services": "R01"}, "content-wrong"),
        ({"services": [1]}, "content-wrong"),
        ({"services": ["R01", "R01"]}, "content-wrong"),
        ({"services": ["R01", "R99"]}, "unknown-service"),
        ({"applicant": {}}, "content-wrong"),
        ({"applicant": {"number": 7}}, "content-wrong"),
        ({"papers": [{"pages": [{"blob": "a" * 64}]}]}, "content-wrong"),
        ({"papers": {"digest": "a" * 64, "blob": "A" * 64, "bytes": 1}}, "content-wrong"),
        ({"papers": {"digest": "a" * 64, "blob": "a" * 64, "bytes": 0}}, "content-wrong"),
        ({"proof": None}, "no-presence"),
        ({"proof": {"method": "hearsay"}}, "no-presence"),
        ({"proof": {**FACE, "score": 0.43}}, "no-presence"),
        ({"proof": {**FACE, "threshold": "much"}}, "no-presence"),
        ({"proof": {**FACE, "score": 0.9, "threshold": 0.95}}, "no-presence"),
        ({"consent": {"face": False}}, "no-presence"),
        ({"consent": None}, "no-presence"),
        ({"signature": {"strokes": []}}, "no-presence"),
        ({"way": "telepathy"}, "no-presence"),
        ({"staff": "H-0001"}, "not-allowed"),
        ({"way": "helper_present"}, "no-presence"),
        ({"way": "helper_present", "staff": "H-0009"}, "not-allowed"),
        ({"way": "helper_present", "staff": "T-0001"}, "not-allowed"),
        ({**HELPED, "confirmed_at": "2031-01-01T08:00:00+08:00"}, "not-allowed"),
        ({**HELPED, "confirmed_at": "some day"}, "not-allowed"),
        ({"proof": {**VOUCHED, "voucher": "T-0001"}}, "not-allowed"),
        ({"proof": {**VOUCHED, "reason": ""}}, "not-allowed"),
    ],
)
def test_contents_that_are_refused(
    central: Standing, put: Put, changes: dict[str, Any], kind: str
) -> None:
    assert refused(put(central.body(1, **changes)), 422, kind)


@pytest.mark.parametrize(
    "changes",
    [
        {"proof": {**FACE, "score": 0}},
        {"proof": VOUCHED, "consent": {"face": False}},
        HELPED,
        {**HELPED, "proof": VOUCHED},
    ],
)
def test_who_was_there_or_was_helped_is_taken(put: Put, central: Standing, changes: Any) -> None:
    assert put(central.body(1, **changes)).status_code == 201


def test_helpers_of_another_point_do_not_count(central: Standing, put: Put) -> None:
    central.office.store.terminals.place(TERMINAL, "BZ-ELSEWHERE")
    assert refused(put(central.body(1, **HELPED)), 422, "not-allowed")


def test_envelopes_that_are_refused(central: Standing, put: Put) -> None:
    document = content(numbered(1))
    assert refused(put(b"{}"), 422, "malformed")
    assert refused(put(b""), 422, "malformed")
    assert refused(put(central.body(2)), 422, "malformed")
    gm = central.envelope(document).encode().replace(b'"intl"', b'"gm"')
    assert refused(put(gm), 422, "other-key")
    other = central.envelope(document, terminal=OTHER_TERMINAL).encode()
    assert refused(put(other), 422, "other-terminal")
    assert put(other, headers=central.headers(OTHER_TERMINAL)).status_code == 201
    assert refused(put(central.envelope(document, key_id="x").encode()), 422, "other-key")
    assert refused(put(central.envelope(document, sealed=b"x").encode()), 422, "not-opened")
    lie = central.envelope(document, digest=digest(b"")).encode()
    assert refused(put(lie), 422, "digest-wrong")


def raw(central: Standing, text: str, named: str = "") -> bytes:
    """An envelope around a content that no kiosk would write."""
    plain, key = text.encode(), central.keys.sealing
    told = digest(plain)
    sealed = seal(plain, key, numbered(1), told)
    body = Envelope(numbered(1), told, key.id, TERMINAL, 1, sealed).encode()
    return body.replace(told.encode(), named.encode()) if named else body


@pytest.mark.parametrize("letter", [r"\ud800", r"\u0000", r"\\\u0000"])
@pytest.mark.parametrize("place", ["name", "number", "mobile"])
def test_texts_that_no_database_keeps(central: Standing, put: Put, letter: str, place: str) -> None:
    known = {"name": "刘长青", "number": LIU, "mobile": "13900001234"} | {place: "?1"}
    document = content(numbered(1), applicant=known, answers=known)
    assert refused(put(raw(central, json.dumps(document).replace("?", letter))), 422, WRONG)
    assert put(central.body(1)).status_code == 201


def test_numbers_and_depths_that_nobody_keeps(central: Standing, put: Put) -> None:
    for length in (2**31, 2**70, 0):
        page = {"digest": "a" * 64, "blob": "b" * 64, "bytes": length}
        text = json.dumps(content(numbered(1), papers=[page]))
        assert refused(put(raw(central, text)), 422, WRONG)
    for depth in (100, 300, 900, 1100, 5000):
        deep = json.dumps(content(numbered(1), papers=["?"])).replace(
            '"?"', "[" * depth + "]" * depth
        )
        assert put(raw(central, deep)).status_code in {201, 200, 409, 422}
    assert refused(put(raw(central, "{}", named=r"\ud800")), 422, "malformed")


def test_a_person_is_the_same_however_the_number_is_written(central: Standing, put: Put) -> None:
    assert put(central.body(1, LIU)).status_code == 201
    assert refused(put(central.body(2, LIU.lower()), 2), 409, "open-case")


def test_a_content_that_names_another_id(central: Standing, put: Put) -> None:
    other = central.envelope(content(numbered(2)), id=numbered(1))
    assert refused(put(other.encode()), 422, "content-wrong")


def test_a_content_that_is_no_json(central: Standing, put: Put) -> None:
    plain = b"{"
    sealed = seal(plain, central.keys.sealing, numbered(1), digest(plain))
    body = central.envelope(content(numbered(1)), digest=digest(plain), sealed=sealed).encode()
    assert refused(put(body), 422, "content-wrong")


def test_sizes_media_types_and_addresses(central: Standing, client: TestClient, put: Put) -> None:
    assert refused(put(bytes(320 * 1024 + 1)), 413, "too-large")
    assert refused(put(bytes(320 * 1024)), 422, "malformed")
    html = central.headers() | {"Content-Type": "text/html"}
    assert refused(put(central.body(), headers=html), 415, "media-type")
    answer = client.put("/v1/applications/7", content=b"", headers=central.headers())
    assert refused(answer, 422, "malformed")


@pytest.mark.parametrize("value", [None, "", "sig=:AAAA:", "sig", "sig=:é:"])
def test_strangers_are_refused(central: Standing, client: TestClient, value: str | None) -> None:
    headers = {} if value is None else {b"Signature": value.encode("latin-1")}
    path = f"/v1/applications/{numbered(1)}"
    for method, where in (
        ("PUT", path),
        ("GET", path + "/progress"),
        ("POST", "/v1/people/facts"),
        ("POST", "/v1/people/portrait"),
        ("PUT", f"/v1/ratings/{numbered(1)}/receipt"),
    ):
        answer = client.request(method, where, headers=headers, json={"grade": 5, "id_number": "1"})
        assert refused(answer, 401, "unauthorised"), where
    assert central.office.store.cases.progress(numbered(1)) is None


def test_several_at_once_are_one(central: Standing, put: Put) -> None:
    """As many as one terminal may have at work at once."""
    body, most = central.body(), central.office.policy.load.of_one_terminal
    answers: list[Response] = []
    threads = [threading.Thread(target=lambda: answers.append(put(body))) for _ in range(most)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answer.status_code for answer in answers) == [200] * (most - 1) + [201]
    assert len({answer.content for answer in answers}) == 1


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(body=st.binary(max_size=2048))
def test_any_body_is_answered(put: Put, body: bytes) -> None:
    assert put(body).status_code == 422


def test_an_unknown_application_has_no_progress(central: Standing, client: TestClient) -> None:
    path = f"/v1/applications/{numbered(9)}/progress"
    assert refused(client.get(path, headers=central.headers()), 404, "unknown")
