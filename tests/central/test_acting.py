"""Does the central service take what somebody files for another only with authority, and count it?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from central.store.tables import MessageRow, Paper
from kiosk.filing.authority import read_authority_rules
from kiosk.filing.principals import PATH
from tests.central.standing import CONFIG, LIU, WANG, Standing, numbered

RULES = read_authority_rules(CONFIG / "authority.toml")
PAGE = {"digest": "a" * 64, "blob": "b" * 64, "bytes": 9}
SIGNED = {
    "version": RULES.version,
    "evidence": "signed",
    "relation": "child",
    "scope": "apply",
    "since": "2026-11-23",
    "until": "2026-12-23",
    "strokes": [[[1.0, 2.0, 0.0]]],
    "pages": [],
}
ON_PAPER = {**SIGNED, "evidence": "paper", "strokes": [], "pages": [PAGE]}
AUTHORITY = {"method": "authority", "at": "2026-11-23T11:55:00+08:00"}
PROXY = {"way": "proxy", "proxy": {"name": "王秀英", "number": WANG}, "authority": SIGNED}
ABSENT = {"way": "helper_absent", "staff": "H-0001", "authority": ON_PAPER, "proof": AUTHORITY}
LATE = {
    "way": "back_entry",
    "staff": "W-0001",
    "checked_by": "W-0002",
    "accepted_on": "2026-11-20",
    "late_because": "power",
    "authority": {**ON_PAPER, "until": None},
    "proof": AUTHORITY,
}
Put = Callable[..., Response]


@pytest.fixture
def put(central: Standing, client: TestClient) -> Put:
    def call(number: int = 1, person: str = LIU, **changes: Any) -> Response:
        path = f"/v1/applications/{numbered(number)}"
        body = central.body(number, person, **changes)
        return client.put(path, content=body, headers=central.headers())

    return call


@pytest.mark.parametrize("way", [PROXY, ABSENT, {**ABSENT, "authority": SIGNED}, LATE])
def test_who_may_act_and_shows_it_is_taken(put: Put, way: dict[str, Any]) -> None:
    assert put(**way).status_code == 201


def changed(way: dict[str, Any], **changes: object) -> dict[str, Any]:
    return {**way, "authority": {**way["authority"], **changes}}


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({**PROXY, "authority": None}, "no-authority"),
        (changed(PROXY, strokes=[]), "no-authority"),
        (changed(PROXY, evidence="hearsay"), "no-authority"),
        (changed(PROXY, until="2026-11-22"), "no-authority"),
        (changed(PROXY, until="for ever"), "no-authority"),
        (changed(PROXY, scope=""), "no-authority"),
        (changed(PROXY, relation=""), "no-authority"),
        ({**PROXY, "proxy": {"name": "刘长青", "number": LIU.lower()}}, "no-authority"),
        ({**PROXY, "proxy": None}, "no-authority"),
        ({**PROXY, "proof": AUTHORITY}, "no-presence"),
        ({**PROXY, "staff": "H-0001"}, "not-allowed"),
        ({**PROXY, "services": ["R01", "R02"]}, "in-person"),
        ({**PROXY, "confirmed_at": "some day"}, "no-presence"),
        (changed(ABSENT, pages=[]), "no-authority"),
        (changed(ABSENT, pages=[{"blob": "b"}]), "content-wrong"),
        (changed(ABSENT, until="2026-11-22"), "no-authority"),
        ({**ABSENT, "staff": "T-0001"}, "not-allowed"),
        ({**ABSENT, "staff": None}, "no-presence"),
        ({**LATE, "staff": "H-0001"}, "not-allowed"),
        ({**LATE, "checked_by": "W-0001"}, "not-allowed"),
        ({**LATE, "checked_by": "H-0001"}, "not-allowed"),
        ({**LATE, "accepted_on": "2026-11-12"}, "no-authority"),
        ({**LATE, "accepted_on": "2026-11-23"}, "no-authority"),
        ({**LATE, "accepted_on": "last week"}, "no-authority"),
        ({**LATE, "late_because": "forgot"}, "no-authority"),
        (changed(LATE, evidence="signed", strokes=[[[1, 2, 0]]]), "no-authority"),
        ({"proof": AUTHORITY}, "no-presence"),
    ],
)
def test_without_authority_nothing_is_taken(put: Put, changes: dict[str, Any], kind: str) -> None:
    answer = put(**changes)
    assert (answer.status_code, answer.json()["type"]) == (422, kind)


def test_a_window_may_enter_as_late_as_the_rules_say(put: Put) -> None:
    assert put(**{**LATE, "accepted_on": "2026-11-13"}).status_code == 201


def others(central: Standing, client: TestClient, principal: str, proxy: str = WANG) -> int:
    said = {"id_number": proxy, "principal": principal}
    answer = client.post(PATH, json=said, headers=central.headers())
    assert answer.status_code == 200
    count: int = answer.json()["others"]
    return count


def test_nobody_files_for_too_many(central: Standing, client: TestClient, put: Put) -> None:
    people = [f"34162219660615{at:03}X" for at in range(RULES.principals_a_year + 1)]
    for at, person in enumerate(people[:-1], 1):
        assert put(at, person, **PROXY).status_code == 201
    assert others(central, client, people[0].lower()) == RULES.principals_a_year - 1
    assert others(central, client, people[-1]) == RULES.principals_a_year
    answer = put(90, people[-1], **PROXY)
    assert (answer.status_code, answer.json()["type"]) == (422, "proxy-limit")
    other = {**PROXY, "proxy": {"name": "刘长青", "number": LIU}}
    assert put(91, people[-1], **other).status_code == 201
    central.clock[0] = central.clock[0].replace(year=2028)
    assert others(central, client, people[-1]) == 0
    later = {**changed(PROXY, until="2028-12-01"), "confirmed_at": "2028-11-23T11:58:00+08:00"}
    assert put(92, "341602196501010015", **later).status_code == 201


def test_the_person_is_told_that_somebody_filed(central: Standing, put: Put) -> None:
    put(1, LIU, **PROXY, answers={"mobile": "13900001234"})
    ((occasion, mobile, text),) = central.rows(
        (MessageRow.occasion, MessageRow.mobile, MessageRow.text)
    )
    assert (occasion, mobile) == ("acted_for", "139****1234")
    assert text.startswith("有人替您交了")


def test_the_pages_of_an_authority_are_waited_for(central: Standing, put: Put) -> None:
    assert put(**{**ABSENT, "papers": []}).status_code == 201
    assert central.rows((Paper.blob,)) == [("b" * 64,)]


@pytest.mark.parametrize("said", [{}, {"id_number": WANG}, {"id_number": WANG, "principal": 1}])
def test_other_questions(central: Standing, client: TestClient, said: dict[str, Any]) -> None:
    answer = client.post(PATH, json=said, headers=central.headers())
    assert (answer.status_code, answer.json()["type"]) == (422, "malformed")
