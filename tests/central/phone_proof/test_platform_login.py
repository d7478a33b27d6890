"""A log-in at the platform proves one person, at one terminal, in one visit, once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from central.employer_drafts import reference_of
from central.phone_proof.http_platform import open_phone_prover
from central.phone_proof.login_pages import LoginUser
from central.phone_proof.provider import PlatformFault, ReferencePlatform, serve_platform
from central.terminals.app import build_app
from tests.central.standing import LIU, OTHER_TERMINAL, POINT, TERMINAL, WANG, Standing

NONCE = "0198c0de-0000-7000-8000-00000000000a"
USER = LoginUser(LIU, "刘长青", "安徽省亳州市蒙城县")


@dataclass
class LoginService:
    """The service, the platform, and a client that signs as terminals do."""

    central: Standing
    client: TestClient
    platform: ReferencePlatform

    def code(self, client: str = TERMINAL, nonce: str = NONCE) -> str:
        return self.platform.issue_login(USER, {"client_id": client, "nonce": nonce})

    def post(self, path: str, said: dict[str, Any], terminal: str = TERMINAL) -> Response:
        headers = self.central.headers(terminal, content_type="application/json")
        return self.client.post(path, json=said, headers=headers)

    def log_in(self, code: str, terminal: str = TERMINAL, nonce: str = NONCE) -> Response:
        return self.post("/v1/proofs/platform", {"code": code, "nonce": nonce}, terminal)

    def visit(self, token: str, person: str = LIU) -> dict[str, Any]:
        at = self.central.clock[0].isoformat(timespec="seconds")
        said = self.central.visit(person, proof={"method": "platform", "at": at, "token": token})
        said["visit"].pop("read", None)  # a phone reads no card
        return said


@pytest.fixture
def service(central: Standing, tmp_path: Path) -> Iterator[LoginService]:
    def clock() -> float:
        return central.clock[0].timestamp()

    with serve_platform(tmp_path / "platform", clock) as (path, at):
        prover = open_phone_prover(path, central.office.policy.registries, 60.0)
        office = replace(central.office, phone=prover)
        here = replace(central, office=office, app=build_app(office))
        here.office.store.terminals.place(OTHER_TERMINAL, POINT)
        with here.client(raise_server_exceptions=True) as client:
            yield LoginService(here, client, at)


def test_a_login_proves_one_person_at_one_terminal_in_one_visit(service: LoginService) -> None:
    assert service.log_in(service.code(OTHER_TERMINAL)).status_code == 422
    assert service.log_in(service.code(nonce="0" * 16)).status_code == 422
    code = service.code()
    answer = service.log_in(code)
    said = answer.json()
    assert (said["id_number"], said["name"], said["address"]) == (LIU, USER.name, USER.address)
    assert service.log_in(code).json()["type"] == "code-used"
    facts = "/v1/people/facts"
    assert service.post(facts, service.visit(said["token"])).status_code == 200
    assert service.post(facts, service.visit(said["token"], WANG)).json()["type"] == "no-visit"
    assert service.post(facts, service.visit(said["token"]), OTHER_TERMINAL).status_code == 422
    assert service.post(facts, service.visit("made-up")).json()["type"] == "no-visit"


def test_a_login_without_the_face_proves_nobody(service: LoginService) -> None:
    service.platform.faults.append(PlatformFault.NO_FACE)
    assert service.log_in(service.code()).json()["type"] == "no-face"


def test_a_draft_is_kept_for_who_was_proved_alone(service: LoginService) -> None:
    more = {"services": ["R01"], "answers": {"mobile": "13900001234"}}
    unproved = {**service.visit("made-up"), **more}
    assert service.post("/v1/drafts", unproved).json()["type"] == "no-visit"
    token = service.log_in(service.code()).json()["token"]
    kept = service.post("/v1/drafts", {**service.visit(token), **more})
    assert kept.status_code == 201
    claim = {"token": kept.json()["token"]}
    draft = service.post("/v1/drafts/claim", claim, OTHER_TERMINAL).json()
    assert draft["id_number"] == LIU
    assert draft["answers"] == more["answers"]
    assert service.post("/v1/drafts/claim", claim).status_code == 404


def log_in_company(service: LoginService, user: LoginUser) -> Response:
    code = service.platform.issue_login(user, {"client_id": TERMINAL, "nonce": NONCE})
    return service.post("/v1/employers/login", {"code": code, "nonce": NONCE})


def test_a_company_sees_whose_month_is_near_and_nothing_else(service: LoginService) -> None:
    office = service.central.office
    facts, near = office.people.facts, office.people.facts[LIU]
    mine = {"unit_code": FACTORY.number, "unit_name": FACTORY.name}
    facts[LIU] = replace(near, **mine, resume=())
    young = "341602199003074510"
    facts[young] = replace(near, **mine)
    said = log_in_company(service, FACTORY).json()
    asked = {"unit_code": FACTORY.number, "token": said["token"]}
    shown = service.post("/v1/employers/people", asked).json()
    assert shown == {
        "version": 1,
        "more": 0,
        "people": [
            {
                "name": "刘长青",
                "number": "341***********001X",
                "month": "2026-11",
                "begun": False,
                "missing": ["人事档案"],
                "papers": {"P1": "人事档案"},
                "pages": 0,
                "reference": reference_of(said["token"], LIU),
            }
        ],
    }
    rows = [{"id_number": LIU, "name": "刘长青", "mobile": ""}]
    service.post("/v1/employers/filings", {**asked, "services": ["R01"], "rows": rows})
    assert service.post("/v1/employers/people", asked).json()["people"][0]["begun"]
    other = {**asked, "unit_code": "91340000000000000X"}
    assert service.post("/v1/employers/people", other).json()["type"] == "no-visit"
    assert service.post("/v1/employers/people", asked, OTHER_TERMINAL).json()["type"] == "no-visit"


FACTORY = LoginUser("91341600MA0000001R", "亳州市示范机械厂", "", "company")


def test_a_company_begins_for_its_own_people_alone(service: LoginService) -> None:
    assert log_in_company(service, USER).json()["type"] == "no-visit", "a person is no company"
    said = log_in_company(service, FACTORY).json()
    assert (said["unit_code"], said["unit"]) == (FACTORY.number, FACTORY.name)
    facts = service.central.office.people.facts
    facts[LIU] = replace(facts[LIU], unit_code=FACTORY.number, unit_name=FACTORY.name)
    people = [(LIU, "刘长青"), (LIU, "别人"), (WANG, "王秀英"), ("110101199003074514", "某人")]
    rows = [{"id_number": number, "name": name, "mobile": ""} for number, name in people]
    asked = {"unit_code": FACTORY.number, "token": said["token"], "services": ["R01"]}
    answer = service.post("/v1/employers/filings", {**asked, "rows": rows})
    assert answer.json()["states"] == ["begun", "not-yours", "not-yours", "not-yours"]
    other = {**asked, "unit_code": "91340000000000000X", "rows": rows}
    assert service.post("/v1/employers/filings", other).json()["type"] == "no-visit"
    elsewhere = service.post("/v1/employers/filings", {**asked, "rows": rows}, OTHER_TERMINAL)
    assert elsewhere.json()["type"] == "no-visit"
    office = service.central.office
    waiting = office.store.handed.unit_of(office.vault.person(LIU))
    assert waiting == FACTORY.name
