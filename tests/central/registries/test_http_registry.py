"""Registries asked over HTTP at the reference providers, with the faults that real ones have."""

from __future__ import annotations

import base64
import logging
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from central.offices.circuit import CircuitBreaker, CircuitPolicy
from central.offices.http_exchange import HttpLimits
from central.registries.http_registry import (
    HttpCertificates,
    HttpHouseholds,
    HttpPortraits,
    HttpUsers,
    RegistryClient,
)
from central.registries.ports import (
    ChildCertificate,
    HouseholdRecord,
    Portrait,
    RegisteredUser,
    RegistryPerson,
    RegistryTrouble,
)
from central.registries.simulated import (
    ReferenceRegistries,
    RegistryFault,
    reference_registries,
)
from tests.kiosk.invented_people import persona

TOKEN = "a secret of the platform"
PLENTY, SHORT = 60.0, 0.3
"""Seconds: for an answer that comes, and for one that never comes."""
PAUSE = 30.0
LONGEST = 65_536
CIRCUIT = CircuitPolicy(failures=1, open_seconds=PAUSE, longest_open_seconds=PAUSE)
CARD = persona("liu")[0]
LIU = RegistryPerson(CARD.number, CARD.name)
JPEG = b"\xff\xd8\xff\xe0 invented"
RECORDS: dict[str, Any] = {
    "/household": {"matches": True},
    "/certificate": {"number": "3416000306", "child_name": "刘小样", "child_birth": "19920314"},
    "/portrait": {"jpeg": base64.b64encode(JPEG).decode()},
    "/user": {"name": CARD.name, "mobile": "13900005501"},
}


@dataclass
class PlatformEnd:
    """The providers of a platform, a clock that stands, and clients."""

    url: str
    state: ReferenceRegistries
    now: float = 0.0
    made: int = field(default=0)

    def client(self, path: str, token: str = TOKEN, deadline: float = PLENTY) -> RegistryClient:
        name = path.removeprefix("/")
        limits = HttpLimits(deadline, LONGEST)
        circuit = CircuitBreaker(CIRCUIT, deadline, lambda: self.now)
        return RegistryClient(name, self.url + path, token, limits, circuit, self._random)

    def _random(self, count: int) -> bytes:
        self.made += 1
        return self.made.to_bytes(count, "big")


@pytest.fixture
def platform() -> Iterator[PlatformEnd]:
    with reference_registries(TOKEN) as (url, state):
        state.records = {path: {LIU.number: one} for path, one in RECORDS.items()}
        yield PlatformEnd(url, state)


def test_each_registry_answers_about_the_person(platform: PlatformEnd) -> None:
    client = platform.client
    assert HttpHouseholds(client("/household")).household_of(LIU) == HouseholdRecord(matches=True)
    certificate = ChildCertificate("3416000306", "刘小样", "19920314")
    assert HttpCertificates(client("/certificate")).child_certificate_of(LIU) == certificate
    assert HttpPortraits(client("/portrait")).portrait_of(LIU) == Portrait(JPEG)
    assert HttpUsers(client("/user")).user_of(LIU) == RegisteredUser(CARD.name, "13900005501")


def test_whom_a_registry_does_not_know_has_no_record(platform: PlatformEnd) -> None:
    stranger = RegistryPerson("341602196501010015", "张某")
    client = platform.client
    assert HttpHouseholds(client("/household")).household_of(stranger) is None
    assert HttpCertificates(client("/certificate")).child_certificate_of(stranger) is None
    assert HttpPortraits(client("/portrait")).portrait_of(stranger) is None
    assert HttpUsers(client("/user")).user_of(stranger) is None


@pytest.mark.parametrize(
    ("fault", "trouble"),
    [
        (RegistryFault.BUSY, RegistryTrouble.UNREACHABLE),
        (RegistryFault.DROPPED, RegistryTrouble.UNREACHABLE),
        (RegistryFault.CUT, RegistryTrouble.UNREACHABLE),
        (RegistryFault.PAGE, RegistryTrouble.STRANGE),
        (RegistryFault.STRANGE, RegistryTrouble.STRANGE),
        (RegistryFault.OTHER_PERSON, RegistryTrouble.OTHER_PERSON),
        (RegistryFault.OTHER_QUESTION, RegistryTrouble.OTHER_PERSON),
    ],
)
def test_a_fault_is_no_record(
    platform: PlatformEnd,
    caplog: pytest.LogCaptureFixture,
    fault: RegistryFault,
    trouble: RegistryTrouble,
) -> None:
    platform.state.faults["/household"] = [fault]
    with caplog.at_level(logging.WARNING):
        assert platform.client("/household").ask(LIU) is trouble
    assert trouble.value in caplog.text
    assert LIU.number not in caplog.text


@pytest.mark.parametrize("fault", [RegistryFault.NEVER, RegistryFault.SLOW])
def test_a_registry_that_does_not_end_its_answer_is_cut_off(
    platform: PlatformEnd, fault: RegistryFault
) -> None:
    platform.state.faults["/household"] = [fault]
    asked = platform.client("/household", deadline=SHORT).ask(LIU)
    assert asked is RegistryTrouble.UNREACHABLE


def test_a_registry_that_failed_rests(platform: PlatformEnd) -> None:
    client = platform.client("/household")
    platform.state.faults["/household"] = [RegistryFault.BUSY]
    assert client.ask(LIU) is RegistryTrouble.UNREACHABLE
    platform.now = PAUSE - 1
    assert client.ask(LIU) is RegistryTrouble.UNREACHABLE
    assert platform.state.asked == ["/household"], "it was not asked again"
    platform.now = PAUSE
    assert client.ask(LIU) == RECORDS["/household"]


def test_nobody_listens(platform: PlatformEnd) -> None:
    nowhere = replace(platform.client("/household"), url="http://127.0.0.1:9/household")
    assert nowhere.ask(LIU) is RegistryTrouble.UNREACHABLE


def test_a_wrong_secret_is_refused(platform: PlatformEnd) -> None:
    client = platform.client("/household", token="another")
    assert client.ask(LIU) is RegistryTrouble.REFUSED


def test_a_record_of_another_form_is_strange(platform: PlatformEnd) -> None:
    def told(path: str, record: dict[str, Any]) -> RegistryClient:
        platform.state.records[path] = {LIU.number: record}
        return platform.client(path)

    strange = RegistryTrouble.STRANGE
    assert HttpHouseholds(told("/household", {"matches": "yes"})).household_of(LIU) is strange
    wrong_day = RECORDS["/certificate"] | {"child_birth": "1992-03-14"}
    found = HttpCertificates(told("/certificate", wrong_day)).child_certificate_of(LIU)
    assert found is strange
    for said in ("?", base64.b64encode(b"GIF89a").decode(), 1):
        assert HttpPortraits(told("/portrait", {"jpeg": said})).portrait_of(LIU) is strange
    assert HttpUsers(told("/user", {"name": CARD.name})).user_of(LIU) is strange


def test_an_answer_of_any_length_is_not_taken(platform: PlatformEnd) -> None:
    platform.state.records["/portrait"] = {LIU.number: {"jpeg": "A" * LONGEST}}
    asked = platform.client("/portrait").ask(LIU)
    assert asked is RegistryTrouble.UNREACHABLE
