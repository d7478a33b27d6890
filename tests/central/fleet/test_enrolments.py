"""Enrolment: a terminal gets in by code, key and two people who compare, and not otherwise."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from httpx2 import Response
from starlette.testclient import TestClient

from central.fleet.enrolments import ALPHABET, EnrolmentState, WrongCodes, code_name, new_code
from central.store.terminals.enrolments import Enrolment
from kiosk.crypto.envelope import base64_of
from kiosk.crypto.terminal_key import TerminalKey, claim_of, fingerprint
from tests.central.standing import NOON, SIGNER, Signing, Standing, numbered

CODE = "7KQ2M9XA"
ID = numbered(500)
NEW_TERMINAL = "BZ-NEW-0007"
KEY, OTHER_KEY = (Ed25519PrivateKey.from_private_bytes(bytes([n]) * 32) for n in (1, 2))


def public(key: Ed25519PrivateKey) -> bytes:
    return key.public_key().public_bytes_raw()


@pytest.fixture
def code(central: Standing) -> str:
    fresh = Enrolment(ID, NEW_TERMINAL, "BZ-DEMO", EnrolmentState.NEW, b"")
    central.office.store.enrolments.begin(fresh, CODE, central.clock[0])
    return CODE


def enrol(
    client: TestClient, typed: str, key: Ed25519PrivateKey = KEY, **changes: object
) -> Response:
    named = base64_of(public(key))
    proof = base64_of(key.sign(claim_of(typed, named)))
    said = {"code": typed, "public_key": named, "proof": proof} | changes
    return client.post("/v1/enrolments", json=said)


def ask(client: TestClient, key: Ed25519PrivateKey = KEY, number: str = ID) -> Response:
    path = f"/v1/enrolments/{number}"
    return client.get(path, headers={"Kiosk-Proof": base64_of(key.sign(path.encode()))})


def let_in(client: TestClient, key: Ed25519PrivateKey = KEY, **more: str) -> int:
    auth = client.auth
    assert isinstance(auth, Signing)
    auth.keys[NEW_TERMINAL] = TerminalKey(key.private_bytes_raw())
    said = {SIGNER: NEW_TERMINAL, **more}
    return client.get(f"/v1/applications/{numbered(1)}/progress", headers=said).status_code


def confirm(central: Standing, state: EnrolmentState = EnrolmentState.CONFIRMED) -> bool:
    return central.office.store.enrolments.decide(ID, state)


def test_the_whole_way(central: Standing, client: TestClient, code: str) -> None:
    answer = enrol(client, code)
    assert answer.status_code == 201
    assert answer.json() == {"version": 1, "id": ID, "fingerprint": fingerprint(public(KEY))}
    pending = {"version": 1, "state": "pending", "terminal": NEW_TERMINAL}
    pending |= {"point": "BZ-DEMO", "profile": "", "points": ""}
    assert ask(client).json() == pending | {"keys": None, "authority": ""}
    assert let_in(client) == 401
    (waiting,) = central.office.store.enrolments.pending()
    assert waiting.fingerprint == answer.json()["fingerprint"]
    assert confirm(central)
    said = ask(client).json()
    assert (said["state"], said["keys"]) == ("confirmed", central.keys.public())
    assert let_in(client) == 404
    assert let_in(client, OTHER_KEY) == 401
    assert central.office.store.terminals.point_of(NEW_TERMINAL) == "BZ-DEMO"


def test_an_answer_may_get_lost(central: Standing, client: TestClient, code: str) -> None:
    assert enrol(client, code).json() == enrol(client, code).json()
    confirm(central)
    assert ask(client).json() == ask(client).json()
    assert let_in(client) == 404
    assert enrol(client, code).status_code == 201


def test_refused(central: Standing, client: TestClient, code: str) -> None:
    assert not confirm(central)
    enrol(client, code)
    assert confirm(central, EnrolmentState.REFUSED)
    assert not confirm(central)
    said = ask(client).json()
    assert (said["state"], said["keys"]) == ("refused", None)
    assert let_in(client) == 401


def test_revoked(central: Standing, client: TestClient, code: str) -> None:
    enrol(client, code)
    confirm(central)
    central.office.store.terminals.revoke(NEW_TERMINAL)
    assert let_in(client) == 403


def test_a_new_machine_under_an_old_name(central: Standing, client: TestClient, code: str) -> None:
    enrol(client, code)
    confirm(central)
    assert let_in(client, **{"Kiosk-Audit": f"9:{'a' * 64}"}) == 404
    central.office.store.terminals.revoke(NEW_TERMINAL)
    fresh = Enrolment(numbered(501), NEW_TERMINAL, "BZ-DEMO", EnrolmentState.NEW, b"")
    central.office.store.enrolments.begin(fresh, "22222222", central.clock[0])
    enrol(client, "22222222", OTHER_KEY)
    central.office.store.enrolments.decide(numbered(501), EnrolmentState.CONFIRMED)
    assert let_in(client, OTHER_KEY, **{"Kiosk-Audit": f"1:{'b' * 64}"}) == 404
    assert central.alarms() == []
    assert let_in(client) == 401


def test_a_code_is_for_one_key(central: Standing, client: TestClient, code: str) -> None:
    enrol(client, code)
    answer = enrol(client, code, OTHER_KEY)
    assert (answer.status_code, answer.json()["type"]) == (410, "code-spent")
    assert ask(client, OTHER_KEY).json()["type"] == "unauthorised"
    assert client.get(f"/v1/enrolments/{ID}").json()["type"] == "unauthorised"
    headers = {"Kiosk-Proof": "?"}
    assert client.get(f"/v1/enrolments/{ID}", headers=headers).status_code == 401


@pytest.mark.parametrize(("minutes", "status"), [(15, 201), (16, 410)])
def test_a_code_does_not_hold_for_long(
    central: Standing, client: TestClient, code: str, minutes: int, status: int
) -> None:
    central.clock[0] += timedelta(minutes=minutes)
    assert enrol(client, code).status_code == status


def test_codes_can_not_be_guessed(central: Standing, client: TestClient, code: str) -> None:
    for _ in range(5):
        assert enrol(client, "00000000").status_code == 410
        central.clock[0] += timedelta(minutes=1)
    answer = enrol(client, code)
    assert (answer.status_code, answer.json()["type"]) == (429, "slow-down")
    assert answer.headers["retry-after"] == "600"
    central.clock[0] += timedelta(minutes=10)
    assert enrol(client, code).status_code == 201


def test_before_its_code_is_used_nothing_is_told(client: TestClient, code: str) -> None:
    assert ask(client).json()["type"] == "unknown"
    assert ask(client, number=numbered(9)).json()["type"] == "unknown"


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"proof": base64_of(bytes(64))}, "proof-wrong"),
        ({"proof": "?"}, "proof-wrong"),
        ({"public_key": base64_of(public(OTHER_KEY))}, "proof-wrong"),
        ({"public_key": base64_of(b"short")}, "proof-wrong"),
        ({"public_key": "?"}, "proof-wrong"),
        ({"code": "7KQ2M9XB"}, "proof-wrong"),
        ({"code": "7KQ"}, "malformed"),
        ({"more": 1}, "malformed"),
    ],
)
def test_other_enrolments(
    client: TestClient, code: str, changes: dict[str, Any], kind: str
) -> None:
    answer = enrol(client, code, **changes)
    assert (answer.status_code, answer.json()["type"]) == (422, kind)
    assert enrol(client, code).status_code == 201


def test_codes_are_read_as_people_type_them() -> None:
    assert new_code(bytes) == "00000000"
    assert new_code(lambda size: b"\xff" * size) == "ZZZZZZZZ"
    assert new_code(lambda _: bytes([0, 0, 0, 0, 33])) == "00000011"
    assert len(set(ALPHABET)) == 32
    assert code_name("7kq2-m9xa") == code_name(CODE)
    assert code_name("O0l1 I1IL") == code_name("00111111")


def test_the_authority_is_told(central: Standing, client: TestClient, code: str) -> None:
    (central.keys.folder / "authority.crt").write_text("PEM")
    enrol(client, code)
    confirm(central)
    assert ask(client).json()["authority"] == "PEM"


def test_addresses_are_forgotten_when_their_time_is_over() -> None:
    codes = WrongCodes(2, timedelta(minutes=15))
    for number in range(100):
        codes.wait(f"asks {number}", NOON)
        codes.note(f"tries {number}", NOON)
    codes.note("tries 0", NOON)
    assert codes.wait("tries 0", NOON) == 900
    codes.note("later", NOON + timedelta(minutes=15))
    assert list(codes._at) == ["later"]
