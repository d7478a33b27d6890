"""What somebody files for another is taken only with authority, and is counted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from central.store.tables import PaperRow
from kiosk.delivery.principals import PATH
from tests.central.filing import (
    ABSENT,
    LATE,
    PAGE,
    PRESENCE,
    PRESENT,
    PROXY,
    RULES,
    SIGNED,
)
from tests.central.filing import BY_AUTHORITY as AUTHORITY
from tests.central.standing import LIU, WANG, Standing, face, numbered

Put = Callable[..., Response]


@pytest.fixture
def put(central: Standing, client: TestClient) -> Put:
    def call(number: int = 1, person: str = LIU, **changes: Any) -> Response:
        path = f"/v1/applications/{numbered(number)}"
        body = central.body(number, person, **changes)
        return client.put(path, content=body, headers=central.headers())

    return call


@pytest.mark.parametrize("way", [PROXY, PRESENT, ABSENT, {**ABSENT, "authority": SIGNED}, LATE])
def test_who_may_act_and_shows_it_is_taken(put: Put, way: dict[str, Any]) -> None:
    assert put(**way).status_code == 201


def changed(way: dict[str, Any], **changes: object) -> dict[str, Any]:
    return {**way, "authority": {**way["authority"], **changes}}


def shown(**changes: object) -> dict[str, Any]:
    return changed(PRESENT, presence={**PRESENCE, **changes})


EARLIER, LATER = "2026-11-23T09:50:00+08:00", "2026-11-23T11:59:00+08:00"
HALF_PRESENCES: tuple[tuple[dict[str, Any], str], ...] = (
    ({"card": None}, "no-presence"),
    ({"card": {"at": EARLIER}}, "no-presence"),
    ({"card": {"at": LATER}}, "no-presence"),
    ({"consent": None}, "no-presence"),
    ({"consent": {"face": False}}, "no-presence"),
    ({"proof": None}, "no-presence"),
    ({"proof": face(score=0.43)}, "no-presence"),
    ({"proof": face(score=0.61, threshold=0.62)}, "no-presence"),
    ({"proof": face(at=EARLIER)}, "no-presence"),
    ({"proof": {"method": "vouched", "voucher": "H-0001", "reason": "x"}}, "no-presence"),
    ({"staff": None}, "no-presence"),
    ({"staff": {"id": "H-0001", "at": EARLIER}}, "no-presence"),
    ({"staff": {"id": "H-0404", "at": "2026-11-23T11:57:00+08:00"}}, "not-allowed"),
    ({"staff": {"id": "T-0001", "at": "2026-11-23T11:57:00+08:00"}}, "not-allowed"),
)


def test_nobody_vouches_for_a_party(put: Put) -> None:
    window = {"name": "石明理", "number": "341602198005120038"}
    assert put(1, LIU, **{**PRESENT, "proxy": window}).json()["type"] == "not-allowed"
    assert put(2, window["number"], **PRESENT, applicant=window).json()["type"] == "not-allowed"


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
        *((shown(**part), kind) for part, kind in HALF_PRESENCES),
        (changed(PRESENT, card_copy=PAGE), "no-presence"),
        (changed(ABSENT, presence={}), "no-presence"),
    ],
)
def test_without_authority_nothing_is_taken(put: Put, changes: dict[str, Any], kind: str) -> None:
    answer = put(**changes)
    assert (answer.status_code, answer.json()["type"]) == (422, kind)


def test_a_window_may_enter_as_late_as_the_rules_say(put: Put) -> None:
    assert put(**{**LATE, "accepted_on": "2026-11-13"}).status_code == 201


def others(central: Standing, client: TestClient, principal: str, proxy: str = WANG) -> int:
    said = {**central.visit(proxy), "principal": principal}
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


def test_the_pages_of_an_authority_are_waited_for(central: Standing, put: Put) -> None:
    assert put(**{**ABSENT, "papers": []}).status_code == 201
    assert central.rows((PaperRow.blob,)) == [("b" * 64,)]


@pytest.mark.parametrize("said", [{}, {"id_number": WANG}, {"id_number": WANG, "principal": 1}])
def test_other_questions(central: Standing, client: TestClient, said: dict[str, Any]) -> None:
    answer = client.post(PATH, json=said, headers=central.headers())
    assert (answer.status_code, answer.json()["type"]) == (422, "malformed")
