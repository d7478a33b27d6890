"""It is counted for how many people somebody files, without a number on the disk."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace

import pytest

from kiosk.delivery.principals import NOTE, PATH, SECONDS_A_YEAR, Principals
from kiosk.failures import Failure
from kiosk.ports import CentralAnswer, Trouble
from kiosk.storage.database import StoreError
from tests.kiosk.invented_people import attendance
from tests.kiosk.terminals import FixedKey

PROXY, LIU, WANG = "341602197501010015", "34162219660615001X", "341623197603200342"
HERE = replace(attendance("wang"), number=PROXY)
NOBODY = CentralAnswer(trouble=Trouble.UNREACHABLE)


def told(body: str) -> CentralAnswer:
    return CentralAnswer(200, "application/json", None, body.encode())


@dataclass
class PrincipalsCentral:
    answer: CentralAnswer = NOBODY
    now: float = 1e9
    values: dict[str, str] = field(default_factory=dict)
    broken: bool = False
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def call(self, _method: str, path: str, body: bytes, _headers: object) -> CentralAnswer:
        self.asked.append((path, json.loads(body)))
        return self.answer

    def keep_value(self, name: str, value: str) -> None:
        if self.broken:
            raise StoreError(Failure.DISK_FULL)
        self.values[name] = value

    def value_of(self, name: str) -> str:
        if self.broken:
            raise StoreError(Failure.STORE_UNREADABLE)
        return self.values.get(name, "")

    @property
    def principals(self) -> Principals:
        return Principals(self, FixedKey(), self, lambda: self.now)


def test_without_the_network_it_goes_by_what_was_filed_here():
    scene = PrincipalsCentral()
    scene.principals.record(PROXY, LIU)
    scene.principals.record(PROXY, LIU.lower())
    assert scene.principals.others(HERE, LIU) == 0, "the same person again"
    assert scene.principals.others(HERE, WANG) == 1
    assert scene.principals.others(attendance("wang"), LIU) == 0, "somebody else's count"
    assert scene.asked[0] == (PATH, {**HERE.record(), "principal": LIU})


def test_no_number_lies_on_the_disk():
    scene = PrincipalsCentral()
    scene.principals.record(PROXY, LIU)
    kept = "".join(scene.values.values())
    assert kept
    assert not [number for number in (PROXY, LIU, LIU[:6], LIU[6:14]) if number in kept]


def test_the_central_service_knows_of_other_terminals():
    scene = PrincipalsCentral(told('{"version":1,"others":4}'))
    assert scene.principals.others(HERE, WANG) == 4
    scene.answer = told('{"version":1,"others":0}')
    scene.principals.record(PROXY, LIU)
    assert scene.principals.others(HERE, WANG) == 1, "what waits here has not arrived there"


@pytest.mark.parametrize(
    "answer",
    [
        told("{"),
        told("{}"),
        told('{"others":"many"}'),
        CentralAnswer(503),
        CentralAnswer(200, "text/html"),
    ],
)
def test_an_answer_that_is_none_is_not_believed(answer):
    assert PrincipalsCentral(answer).principals.others(HERE, LIU) == 0


def test_a_year_later_it_counts_no_more():
    scene = PrincipalsCentral()
    scene.principals.record(PROXY, LIU)
    scene.now += SECONDS_A_YEAR + 1
    assert scene.principals.others(HERE, WANG) == 0


def test_a_store_that_fails_stops_nobody():
    scene = PrincipalsCentral(broken=True)
    scene.principals.record(PROXY, LIU)
    assert scene.principals.others(HERE, WANG) == 0
    full = PrincipalsCentral()
    full.values[NOTE] = "not JSON"
    assert full.principals.others(HERE, WANG) == 0
