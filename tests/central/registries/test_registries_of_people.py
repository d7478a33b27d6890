"""What the registries tell reaches the terminal; a registry that fails stops no visit."""

from __future__ import annotations

import base64
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from central.people import People
from central.policy import read_policy
from central.registries.http_registry import (
    HttpCertificates,
    HttpHouseholds,
    HttpPortraits,
    HttpUsers,
)
from central.registries.ports import RegistryPerson
from central.registries.registries import Registries, open_registries
from central.registries.simulated import RegistryFault
from kiosk.config.schema import ConfigError
from kiosk.people.facts import SharedFacts
from kiosk.people.identity import CardKind
from kiosk.retirement.facts import facts_of
from tests.central.registries.test_http_registry import (
    JPEG,
    PLENTY,
    RECORDS,
    SHORT,
    TOKEN,
    PlatformEnd,
    platform,
)
from tests.central.standing import CONFIG, LIU, SIGNER, TERMINAL, Standing
from tests.kiosk.invented_people import handbook

__all__ = ["platform"]  # a fixture
FACTS, PORTRAIT = "/v1/people/facts", "/v1/people/portrait"
BROKEN = (RegistryFault.BUSY, RegistryFault.PAGE, RegistryFault.OTHER_PERSON, RegistryFault.NEVER)


@dataclass
class ConnectedService:
    """The service with its registries, and a terminal that asks."""

    central: Standing
    client: TestClient
    platform: PlatformEnd

    def ask(self, path: str, **visit: Any) -> Any:
        said = self.central.visit(LIU, **visit)
        return self.client.post(path, json=said, headers={SIGNER: TERMINAL})

    def facts(self) -> dict[str, Any]:
        answer = self.ask(FACTS)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def tell(self, path: str, record: object) -> None:
        self.platform.state.records[path] = {LIU: record}


@pytest.fixture
def connected(central: Standing, client: TestClient, platform: PlatformEnd) -> ConnectedService:
    connect(central, platform, PLENTY)
    return ConnectedService(central, client, platform)


def connect(central: Standing, platform: PlatformEnd, seconds: float) -> None:
    """Connect the service to the registries; a whole answer takes at most so many seconds."""
    clients = {path: platform.client(path, deadline=seconds) for path in RECORDS}
    registries = Registries(
        HttpHouseholds(clients["/household"]),
        HttpCertificates(clients["/certificate"]),
        HttpPortraits(clients["/portrait"]),
        HttpUsers(clients["/user"]),
    )
    people = replace(central.office.people, registries=registries)
    central.app.state.office = replace(central.office, people=people)


def test_what_the_registries_tell_is_in_the_facts(connected: ConnectedService) -> None:
    connected.tell("/household", {"matches": False})
    certificate = RECORDS["/certificate"] | {"number": "3416990000", "child_name": "刘另样"}
    connected.tell("/certificate", certificate)
    facts = connected.facts()
    assert (facts["household_matches"], facts["household_checked"]) == (False, True)
    assert facts["only_child_certificate"] is True
    assert facts["only_child_certificate_number"] == "3416990000"
    assert (facts["child_name"], facts["child_birth"]) == ("刘另样", "19920314")
    assert facts["paid_months"] == 402, "of the office"


def test_who_is_in_no_registry_has_neither_household_nor_certificate(
    connected: ConnectedService,
) -> None:
    connected.tell("/household", None)
    connected.tell("/certificate", None)
    facts = connected.facts()
    assert (facts["household_matches"], facts["household_checked"]) == (False, True)
    assert facts["only_child_certificate"] is False
    assert (facts["child_name"], facts["only_child_certificate_number"]) == ("", "")


@pytest.mark.parametrize("fault", BROKEN)
def test_a_registry_that_fails_leaves_its_facts_unknown(
    connected: ConnectedService, fault: RegistryFault
) -> None:
    if fault is RegistryFault.NEVER:
        connect(connected.central, connected.platform, SHORT * 10)
    for path in ("/household", "/certificate"):
        connected.platform.state.faults[path] = [fault]
    facts = connected.facts()
    assert (facts["household_matches"], facts["household_checked"]) == (False, False)
    assert facts["only_child_certificate"] is None
    assert (facts["child_name"], facts["child_birth"]) == ("", "")
    assert facts["unit_name"], "the office's own facts are there"


def test_a_portrait_of_the_registry(connected: ConnectedService) -> None:
    assert connected.ask(PORTRAIT).content == JPEG
    other = JPEG + b"another"
    connected.tell("/portrait", {"jpeg": base64.b64encode(other).decode()})
    assert connected.ask(PORTRAIT).content == other
    connected.tell("/portrait", None)
    assert connected.ask(PORTRAIT).status_code == 404


def test_while_the_portraits_are_down_the_terminal_is_told_so(connected: ConnectedService) -> None:
    connected.platform.state.faults["/portrait"] = [RegistryFault.OTHER_PERSON]
    answer = connected.ask(PORTRAIT)
    assert (answer.status_code, answer.json()["type"]) == (503, "registry-down")
    assert LIU not in answer.text


def test_a_name_that_the_account_contradicts_is_answered_as_unknown(
    connected: ConnectedService,
) -> None:
    assert connected.ask(FACTS).status_code == 200
    connected.tell("/user", RECORDS["/user"] | {"name": "另一人"})
    assert connected.ask(FACTS).status_code == 404
    connected.tell("/user", None)
    assert connected.ask(FACTS).status_code == 200, "who has no account is not contradicted"
    connected.platform.state.faults["/user"] = [RegistryFault.DROPPED]
    assert connected.ask(FACTS).status_code == 200


def test_nothing_that_a_registry_told_is_kept(connected: ConnectedService, tmp_path: Path) -> None:
    connected.facts()
    assert connected.ask(PORTRAIT).content == JPEG
    certificate, account = RECORDS["/certificate"], RECORDS["/user"]
    secrets = [certificate["number"], certificate["child_name"], account["mobile"], LIU]
    files = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    assert files
    for secret in (JPEG, *(one.encode() for one in secrets)):
        assert not [content for content in files if secret in content]


def test_a_household_that_could_not_be_checked_is_not_doubted() -> None:
    declared = handbook().catalogue.facts
    known = SharedFacts(**LEAST)
    assert facts_of(declared, CardKind.RESIDENT, known)["household_matches"] is True
    unchecked = replace(known, household_matches=False, household_checked=False)
    assert "household_matches" not in facts_of(declared, CardKind.RESIDENT, unchecked)


LEAST: dict[str, Any] = {
    "kind": "QY",
    "category": "M60",
    "paid_months": 402,
    "deemed_months": 0,
    "medical_months": 300,
    "medical_months_needed": 300,
    "work_start_month": "",
}


def test_without_registries_what_the_offices_know_stands() -> None:
    people = People({LIU: SharedFacts(**LEAST)})
    asked = RegistryPerson(LIU, "刘长青")
    facts = people.facts_of(asked, "")
    assert facts is not None
    assert (facts["household_matches"], facts["household_checked"]) == (True, True)


def random(count: int) -> bytes:
    return bytes(count)


def test_the_file_of_the_registries(tmp_path: Path, platform: PlatformEnd) -> None:
    policy = read_policy(CONFIG / "central.toml").registries
    (tmp_path / "secret").write_text(f"{TOKEN}\n", "ascii")
    said = "".join(
        f'[{name}]\nurl = "{platform.url}/{name}"\ntoken = "secret"\n'
        for name in ("household", "certificate", "portrait", "user")
    )
    path = tmp_path / "registries.toml"
    path.write_text(said, "utf-8")
    person = RegistryPerson(LIU, "刘长青")
    found = open_registries(path, policy, random)
    assert found.added_facts(person)["household_matches"] is True
    assert found.portraits is not None
    assert found.users is not None
    path.write_text("", "utf-8")
    assert open_registries(path, policy, random) == Registries()


@pytest.mark.parametrize(
    ("address", "token", "key"),
    [
        ("https://platform.example.invalid/household", "none", "token"),
        ("https://platform.example.invalid/household", "empty", "token"),
        ("http://platform.example.invalid/household", "secret", "url"),
        ("platform", "secret", "url"),
    ],
)
def test_a_file_of_registries_that_is_refused(
    tmp_path: Path, address: str, token: str, key: str
) -> None:
    (tmp_path / "empty").write_text("\n", "ascii")
    (tmp_path / "secret").write_text(TOKEN, "ascii")
    path = tmp_path / "registries.toml"
    path.write_text(f'[household]\nurl = "{address}"\ntoken = "{token}"\n', "utf-8")
    with pytest.raises(ConfigError, match=rf"household\.{key}"):
        open_registries(path, read_policy(CONFIG / "central.toml").registries, random)
