"""A doubtful card is taken only when somebody looked, and offices are told of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from central.intake.case_dates import read_retirement
from kiosk.pages.press import Press
from kiosk.people.identity import CardDoubt
from kiosk.visit.events.cards import CardRead
from kiosk.visit.events.staff import LoggedIn
from kiosk.visit.step_parts.application_of_visit import application_of
from kiosk.visit.steps.face_check.events import FaceMatched
from tests.central.filing import PROXY, FilingService, filing
from tests.central.intake.test_lying_terminal import WHOLE, offices
from tests.central.standing import LIU, WANG, Standing, content, numbered
from tests.kiosk.invented_people import InventedVisitor, handbook, persona
from tests.kiosk.staff_people import OTHER_HELPER

Put = Callable[..., Response]
SEEN = datetime(2026, 11, 23, 3, 55, tzinfo=UTC)
DOUBTED = replace(
    persona("liu")[0],
    birth=date(1950, 1, 31),
    doubts=(CardDoubt.BIRTH, CardDoubt.NAME),
)


def confirmed(inspector: str = "H-0001") -> dict[str, Any]:
    """Return the document of a visit in which a helper looked at a doubtful card."""
    visitor = InventedVisitor(now=SEEN).press(Press.START_SELF).press(Press.AGREE)
    visitor.happen(CardRead(DOUBTED)).press(Press.VOUCH)
    visitor.happen(CardRead(persona("helper")[0])).type("730492")
    visitor.happen(LoggedIn(replace(OTHER_HELPER, id=inspector))).press(Press.CONFIRM_CARD)
    visitor.happen(FaceMatched(0.31, 0.42, "dlib128")).filled_in().signed()
    document: dict[str, Any] = json.loads(application_of(visitor.visit, handbook()).content)
    return document


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return confirmed()


@pytest.fixture
def put(central: Standing, client: TestClient) -> Put:
    def call(number: int = 1, person: str = LIU, **changes: Any) -> Response:
        path = f"/v1/applications/{numbered(number)}"
        body = central.body(number, person, **changes)
        return client.put(path, content=body, headers=central.headers())

    return call


def said(document: dict[str, Any], **doubts: object) -> dict[str, Any]:
    applicant = document["applicant"]
    return {**applicant, "card_doubts": {**applicant["card_doubts"], **doubts}}


def test_every_office_sees_what_was_doubtful_and_who_looked(
    central: Standing, client: TestClient, document: dict[str, Any]
) -> None:
    here: FilingService
    with filing(central, client) as here:
        applicant = document["applicant"]
        assert here.put(1, LIU, way="self", applicant=applicant, **WHOLE).status_code == 201
        seen = offices(here).seen
    assert seen
    for assignment in seen:
        assert assignment.view["applicant"]["card_doubts"] == {
            "found": ["birth", "name"],
            "seen_by": "H-0001",
            "seen_at": SEEN.isoformat(timespec="seconds"),
            "chip": {"birth": "1950-01-31"},
        }


def test_what_no_look_can_settle_needs_none(put: Put, document: dict[str, Any]) -> None:
    bare = {**document["applicant"], "card_doubts": {"found": ["nation", "of_a_newer_terminal"]}}
    assert put(applicant=bare).status_code == 201


@pytest.mark.parametrize(
    ("doubts", "kind"),
    [
        ({"found": "birth"}, "inspection-wrong"),
        ({"found": [7]}, "inspection-wrong"),
        ({"found": ["name_missing"]}, "inspection-wrong"),
        ({"seen_by": None}, "inspection-wrong"),
        ({"seen_at": "2026-11-23T09:30:00+08:00"}, "inspection-wrong"),
        ({"seen_at": "2026-11-24T09:30:00+08:00"}, "inspection-wrong"),
        ({"seen_at": "soon"}, "inspection-wrong"),
        ({"seen_by": "H-0404"}, "not-allowed"),
        ({"seen_by": "T-0001"}, "not-allowed"),
    ],
)
def test_a_doubt_that_nobody_looked_at_is_not_taken(
    put: Put, document: dict[str, Any], doubts: dict[str, Any], kind: str
) -> None:
    answer = put(applicant=said(document, **doubts))
    assert (answer.status_code, answer.json()["type"]) == (422, kind)


@pytest.mark.parametrize(
    "used",
    [
        {"birth": "1950-01-31"},
        {"sex": "2", "card_doubts": {"found": ["sex"]}},
        {"number": "XAA341600010100"},
        {"number": "341602196613150010"},
    ],
)
def test_a_doubtful_birth_date_or_sex_is_that_of_the_number(
    put: Put, document: dict[str, Any], used: dict[str, Any]
) -> None:
    applicant = {**said(document), **used}
    applicant["card_doubts"] = {**said(document)["card_doubts"], **used.get("card_doubts", {})}
    answer = put(applicant=applicant)
    assert (answer.status_code, answer.json()["type"]) == (422, "inspection-wrong")


def test_a_doubtful_card_without_any_look_is_not_taken(put: Put, document: dict[str, Any]) -> None:
    bare = {**document["applicant"], "card_doubts": {"found": ["birth"]}}
    assert put(applicant=bare).json()["type"] == "inspection-wrong"
    assert put(applicant={**bare, "card_doubts": "birth"}).json()["type"] == "inspection-wrong"


def test_nobody_looks_at_the_own_card(put: Put, document: dict[str, Any]) -> None:
    window = {**said(document, seen_by="W-0001", found=["name"]), "number": "341602198005120038"}
    answer = put(person=window["number"], applicant=window)
    assert answer.json()["type"] == "not-allowed"


def test_the_card_of_a_proxy_is_judged_too(put: Put) -> None:
    proxy = {"name": "王秀英", "number": WANG, "card_doubts": {"found": ["name"]}}
    answer = put(**{**PROXY, "proxy": proxy})
    assert answer.json()["type"] == "inspection-wrong"


def test_no_date_is_counted_from_a_doubtful_birth_date() -> None:
    """Of a terminal without inspections: the chip's date is used, and differs from the number."""
    filed = {"category": "M60", "route": "R01", "retire_month": "2027-01", "insisted": []}
    document = content(numbered(1), retirement=filed)
    for born, is_read in (("1966-06-15", True), ("1950-01-31", False)):
        document["applicant"] |= {"birth": born}
        assert (read_retirement(document) is not None) is is_read
    document["applicant"] |= {"number": "XAA341600010100"}
    assert read_retirement(document) is not None
