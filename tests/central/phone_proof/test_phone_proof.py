"""A code on a telephone proves once, for two minutes, at one terminal, in one visit, one person.

The platform is the reference provider behind TLS; the service checks what it signs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from central.phone_proof.http_platform import open_phone_prover
from central.phone_proof.ports import PhoneTrouble
from central.phone_proof.provider import PlatformFault, ReferencePlatform, serve_platform
from central.store.phone_token_tables import PhoneTokenRow
from central.terminals.app import build_app
from kiosk.config.schema import ConfigError
from tests.central.standing import (
    LIU,
    OTHER_TERMINAL,
    POINT,
    TERMINAL,
    WANG,
    Standing,
    face,
    numbered,
)

NONCE = "0198c0de-0000-7000-8000-00000000000a"
NO_FACE = {"consent": {"text_version": "1", "at": "2026-11-23T11:50:00+08:00", "face": False}}


@dataclass
class PhoneService:
    """The service, the platform, and a client that signs as terminals do."""

    central: Standing
    client: TestClient
    platform: ReferencePlatform
    file: Path

    def ask(
        self, code: str, person: str = LIU, terminal: str = TERMINAL, **changes: Any
    ) -> Response:
        """Send a scanned code for who stands at the terminal."""
        said = self.central.visit(person, proof=None) | {"code": code, "nonce": NONCE} | changes
        headers = self.central.headers(terminal, content_type="application/json")
        return self.client.post("/v1/proofs/phone", json=said, headers=headers)

    def proved(self, person: str = LIU) -> dict[str, Any]:
        """Prove by a fresh code; return the proof's record."""
        answer = self.ask(self.platform.issue_code(person), person)
        assert answer.status_code == 200, answer.text
        return {"method": "phone", "at": self.at(), "token": answer.json()["token"]}

    def at(self) -> str:
        return self.central.clock[0].isoformat(timespec="seconds")

    def facts(self, proof: dict[str, Any], person: str = LIU, terminal: str = TERMINAL) -> int:
        said = self.central.visit(person, proof={**proof, "at": self.at()})
        headers = self.central.headers(terminal, content_type="application/json")
        return self.client.post("/v1/people/facts", json=said, headers=headers).status_code

    def file_by(
        self, proof: dict[str, Any], number: int = 1, person: str = LIU, **more: Any
    ) -> str:
        """Hand in an application by this proof; "" when it was taken, otherwise the problem."""
        confirmed = {"confirmed_at": self.at(), "proof": {**proof, "at": self.at()}}
        body = self.central.body(number, person, **{**NO_FACE, **confirmed, **more})
        path = f"/v1/applications/{numbered(number)}"
        answer = self.client.put(path, content=body, headers=self.central.headers())
        return "" if answer.status_code in (200, 201) else str(answer.json()["type"])


@pytest.fixture
def phone(central: Standing, tmp_path: Path) -> Iterator[PhoneService]:
    def clock() -> float:
        return central.clock[0].timestamp()

    with serve_platform(tmp_path / "platform", clock) as (path, at):
        prover = open_phone_prover(path, central.office.policy.registries, 60.0)
        office = replace(central.office, phone=prover)
        here = replace(central, office=office, app=build_app(office))
        here.office.store.terminals.place(OTHER_TERMINAL, POINT)
        with here.client(raise_server_exceptions=True) as client:
            yield PhoneService(here, client, at, path)


def refusal(answer: Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"]


def test_a_code_proves_the_person_of_the_card_and_files_once(phone: PhoneService) -> None:
    proof = phone.proved()
    assert phone.facts(proof) == 200
    assert phone.file_by(proof) == ""
    assert phone.file_by(proof) == "", "sending the same application again is harmless"
    assert phone.file_by(proof, 2, LIU) == "no-presence", "the token was for the first one"


def test_neither_code_nor_token_stands_in_the_database(phone: PhoneService) -> None:
    code = phone.platform.issue_code(LIU)
    token = phone.ask(code).json()["token"]
    rows = phone.central.rows((PhoneTokenRow.id, PhoneTokenRow.person))
    assert len(rows) == 1
    said = repr(rows)
    assert token not in said
    assert code not in said
    assert LIU not in said
    assert not [
        one
        for one in phone.central.keys.folder.parent.rglob("*")
        if one.is_file()
        and (code.encode() in one.read_bytes() or token.encode() in one.read_bytes())
    ]


def test_an_old_code_is_refused(phone: PhoneService) -> None:
    code = phone.platform.issue_code(LIU)
    phone.central.clock[0] += timedelta(seconds=120)
    assert refusal(phone.ask(code)) == (422, "code-expired")


def test_a_code_counts_once(phone: PhoneService) -> None:
    code = phone.platform.issue_code(LIU)
    assert phone.ask(code).status_code == 200
    assert refusal(phone.ask(code)) == (422, "code-used")


def test_a_token_counts_once_even_if_the_platform_repeats_it(phone: PhoneService) -> None:
    code = phone.platform.issue_code(LIU)
    assert phone.ask(code).status_code == 200
    phone.platform.faults.append(PlatformFault.REPEATED)
    assert refusal(phone.ask(code)) == (422, "code-used")


def test_the_telephone_of_another_proves_neither_of_them(phone: PhoneService) -> None:
    code = phone.platform.issue_code(WANG)
    assert refusal(phone.ask(code, LIU)) == (422, "other-person")
    assert refusal(phone.ask(code, WANG)) == (422, "code-used"), "it is used up"


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (PlatformFault.OTHER_TERMINAL, (422, "other-terminal")),
        (PlatformFault.OTHER_VISIT, (422, "other-terminal")),
        (PlatformFault.OLD, (422, "code-expired")),
        (PlatformFault.FORGED, (503, "platform-away")),
        (PlatformFault.PAGE, (503, "platform-away")),
        (PlatformFault.BUSY, (503, "platform-away")),
    ],
)
def test_what_the_platform_may_do_wrong(
    phone: PhoneService, fault: PlatformFault, expected: tuple[int, str]
) -> None:
    phone.platform.faults.append(fault)
    assert refusal(phone.ask(phone.platform.issue_code(LIU))) == expected


def test_a_code_that_the_platform_did_not_issue(phone: PhoneService) -> None:
    assert refusal(phone.ask("https://example.invalid/pay?me")) == (422, "code-unknown")


def test_without_a_platform_or_a_card_of_this_visit(
    phone: PhoneService, central: Standing, client: TestClient
) -> None:
    bare = replace(phone, client=client, central=central)
    assert refusal(bare.ask("anything")) == (503, "platform-away")
    early = (phone.central.clock[0] - timedelta(hours=3)).isoformat(timespec="seconds")
    visit = phone.central.visit(LIU, proof=None, card_at=early)["visit"]
    assert refusal(phone.ask(phone.platform.issue_code(LIU), visit=visit)) == (422, "no-visit")
    assert refusal(phone.ask("x", nonce="short")) == (422, "malformed")


def test_a_terminal_that_lies_about_a_token_gains_nothing(phone: PhoneService) -> None:
    invented = {"method": "phone", "token": "ab" * 16}
    assert phone.facts(invented) == 422
    assert phone.file_by(invented) == "no-presence"
    assert phone.file_by({"method": "phone", "token": ""}) == "no-presence"
    assert phone.file_by({"method": "phone"}) == "no-presence"
    proof = phone.proved()
    assert phone.facts(proof, WANG) == 422, "the token of another person"
    assert phone.facts(proof, LIU, OTHER_TERMINAL) == 422, "of another terminal"
    assert phone.file_by(proof, 2, WANG) == "no-presence"
    phone.central.clock[0] += timedelta(minutes=121)
    assert phone.facts(proof) == 422, "of another visit"


def test_a_token_completes_a_face(phone: PhoneService) -> None:
    proof = phone.proved()
    agreed = {"consent": {"text_version": "1", "at": phone.at(), "face": True}}
    assert phone.facts(face(completed_by=proof)) == 200
    assert phone.file_by(face(completed_by={**proof, "token": "x"}), **agreed) == "no-presence"
    assert phone.file_by(face(completed_by=proof), **agreed) == ""


def test_the_connection_is_verified_and_a_secret_is_needed(phone: PhoneService) -> None:
    policy = phone.central.office.policy.registries
    (phone.file.parent / "platform.token").write_text("another", "ascii")
    stranger = open_phone_prover(phone.file, policy, 60.0).platform
    assert stranger.redeem("x", TERMINAL, NONCE) is PhoneTrouble.STRANGE
    text = phone.file.read_text("utf-8").replace('authority = "authority.crt"\n', "")
    phone.file.write_text(text, "utf-8")
    unknown = open_phone_prover(phone.file, policy, 60.0).platform
    assert unknown.redeem("x", TERMINAL, NONCE) is PhoneTrouble.AWAY, "whose certificate is that"


def test_a_platform_that_is_away_is_left_alone_for_a_while(phone: PhoneService) -> None:
    policy = phone.central.office.policy.registries
    moments = [0.0]
    platform = open_phone_prover(phone.file, policy, 60.0, lambda: moments[0]).platform
    phone.platform.faults += [PlatformFault.BUSY] * policy.failures
    code = phone.platform.issue_code(LIU)
    for _ in range(policy.failures + 1):
        assert platform.redeem(code, TERMINAL, NONCE) is PhoneTrouble.AWAY
    assert phone.platform.faults == [], "the last one was not asked"
    moments[0] += policy.open_seconds
    assert isinstance(platform.redeem(code, TERMINAL, NONCE), str)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("https://", "http://192.0.2.1/"),
        ('"platform.pem"', '"absent.pem"'),
        ('"platform.token"', '"absent.token"'),
        ('"authority.crt"', '"platform.pem"'),
    ],
)
def test_a_wrong_file_is_refused_at_the_start(phone: PhoneService, old: str, new: str) -> None:
    phone.file.write_text(phone.file.read_text("utf-8").replace(old, new), "utf-8")
    with pytest.raises(ConfigError):
        open_phone_prover(phone.file, phone.central.office.policy.registries, 60.0)
