"""Vouching: two of the staff, or one and a picture; how often each may, and what is told of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

import main
from central.staff import PointStaff
from kiosk.staff.roster import hash_card
from tests.central.filing import ABSENT, PHONE_OF_LIU, FilingService, filing
from tests.central.standing import LIU, OTHER_TERMINAL, POINT, WANG, Standing, numbered

AT = "2026-11-23T11:57:00+08:00"
CONSENT = {"text_version": "1", "at": AT}
PICTURE: dict[str, Any] = {
    "digest": "c" * 64,
    "blob": "d" * 64,
    "bytes": 300,
    "sealed_for": numbered(1),
    "consent": CONSENT,
}
ONE: dict[str, Any] = {
    "method": "vouched",
    "at": AT,
    "voucher": "H-0001",
    "reason": "portrait_old",
}
TWO = {**ONE, "second": "W-0001"}
PICTURED = {**ONE, "picture": PICTURE}
VOUCHED: dict[str, Any] = {"way": "self", "consent": {"face": False}}
LAST_DAY = date(2027, 1, 31)


@pytest.fixture
def here(central: Standing, client: TestClient) -> Iterator[FilingService]:
    """The service after the day until which older terminals may send one name alone."""
    central.clock[0] += LAST_DAY - date(2026, 11, 22)
    with filing(central, client) as found:
        yield found


def number_of(index: int) -> str:
    """A number that nobody is registered under."""
    return f"341602196{index:09d}"


def put(here: FilingService, proof: Any, number: int = 1, person: str = LIU, **more: Any) -> str:
    """Hand in a vouched application; "" when it was taken, otherwise the problem."""
    answer = here.put(number, person, **{**VOUCHED, "proof": proof, **more})
    return "" if answer.status_code == 201 else str(answer.json()["type"])


def over_limit(here: FilingService) -> list[str]:
    return [detail for kind, detail in here.central.alarms() if kind == "helper-limit"]


def test_one_insider_with_a_borrowed_card_is_not_enough(here: FilingService) -> None:
    assert put(here, ONE) == "vouched-alone"
    visit = here.central.visit(LIU, proof={**ONE, "at": here.central.clock[0].isoformat()})
    answer = here.post("/v1/people/facts", visit)
    assert (answer.status_code, answer.json()["type"]) == (422, "no-visit")


@pytest.mark.parametrize("proof", [TWO, PICTURED, {**TWO, "picture": PICTURE}])
def test_two_of_the_staff_or_one_and_a_picture_are(
    here: FilingService, proof: dict[str, Any]
) -> None:
    assert put(here, proof) == ""
    at = here.central.clock[0].isoformat()
    answer = here.post("/v1/people/facts", here.central.visit(LIU, proof={**proof, "at": at}))
    assert answer.status_code == 200
    assert here.alarms() == []


@pytest.mark.parametrize(
    "proof",
    [
        {**ONE, "second": "H-0001"},
        {**ONE, "second": "H-0404"},
        {**ONE, "second": "T-0001"},
        {**ONE, "second": 7},
        {**ONE, "picture": None},
        {**ONE, "picture": {**PICTURE, "consent": None}},
        {**ONE, "picture": {**PICTURE, "consent": {**CONSENT, "text_version": ""}}},
        {**ONE, "picture": {**PICTURE, "consent": {**CONSENT, "at": "today"}}},
        {**ONE, "picture": {**PICTURE, "blob": "no digest"}},
        {**ONE, "picture": {"sealed_for": "", "consent": CONSENT}},
        {**TWO, "reason": ""},
        {**TWO, "voucher": ""},
    ],
)
def test_what_looks_like_two_and_is_not_is_refused(
    here: FilingService, proof: dict[str, Any]
) -> None:
    assert put(here, proof) == "not-allowed"
    visit = here.central.visit(LIU, proof={**proof, "at": here.central.clock[0].isoformat()})
    assert here.post("/v1/people/facts", visit).json()["type"] == "no-visit"


def test_nobody_vouches_for_oneself_or_twice_with_one_card(here: FilingService) -> None:
    staff = here.central.office.staff[POINT].accounts
    first = next(one for one in staff if one.id == "H-0001")
    again = replace(next(one for one in staff if one.id == "W-0001"), card_hash=first.card_hash)
    others = [one for one in staff if one.id != again.id]
    here.central.office.staff[POINT] = PointStaff((*others, again))  # type: ignore[index]
    assert put(here, TWO) == "not-allowed"
    here.central.office.staff[POINT] = PointStaff(staff)  # type: ignore[index]
    own = {"name": "石明理", "number": "341602198411120035"}
    window = next(one for one in staff if one.id == "W-0001")
    mine = replace(window, card_hash=hash_card(own["number"]))
    here.central.office.staff[POINT] = PointStaff((*others, mine))  # type: ignore[index]
    assert put(here, TWO, person=own["number"], applicant=own) == "not-allowed"


def test_an_older_terminal_is_taken_for_a_while_with_an_alarm(
    central: Standing, client: TestClient
) -> None:
    with filing(central, client) as here:
        assert put(here, ONE) == ""
        assert central.alarms() == [("vouched-alone", f"{numbered(1)}: H-0001 at {POINT}")]


def test_a_day_written_back_does_not_make_one_enough(here: FilingService) -> None:
    assert put(here, ONE, confirmed_at="2026-11-23T11:58:00+08:00") == "vouched-alone"


def test_more_than_a_day_of_vouching_is_refused_with_one_alarm(here: FilingService) -> None:
    most = here.central.office.policy.vouching.vouched_a_day
    for index in range(most):
        assert put(here, PICTURED, 100 + index, number_of(index)) == ""
    assert over_limit(here) == []
    assert put(here, TWO, 1) == "helper-limit"
    assert put(here, TWO, 1) == "helper-limit"
    assert over_limit(here) == [f"2026-11-23 {POINT} H-0001: too many vouched"]
    others = {**ONE, "voucher": "W-0001", "second": "W-0002"}
    assert put(here, others, 2) == ""


def test_days_written_apart_are_seen_where_they_arrive(here: FilingService) -> None:
    most = here.central.office.policy.vouching.vouched_a_day
    for index in range(most + 2):
        day = f"2026-11-{23 - index % 3}T11:58:00+08:00"
        assert put(here, PICTURED, 100 + index, number_of(index), confirmed_at=day) == ""
    assert over_limit(here) == [f"2027-02-01 {POINT} H-0001: too many vouched arrived"]


def test_more_than_a_day_of_absent_people_is_refused_with_one_alarm(here: FilingService) -> None:
    most = here.central.office.policy.vouching.absent_a_day
    authority = {**ABSENT["authority"], "until": "2027-03-01"}
    absent = {**ABSENT, "authority": authority}
    for index in range(most):
        assert here.put(100 + index, number_of(index), **absent).status_code == 201
    answer = here.put(1, WANG, **absent)
    assert (answer.status_code, answer.json()["type"]) == (422, "helper-limit")
    assert over_limit(here) == [f"2026-11-23 {POINT} H-0001: too many absent"]


def test_the_supervisor_sees_what_each_helper_did(here: FilingService) -> None:
    put(here, PICTURED, 1)
    put(here, TWO, 2, WANG)
    here.put(3, number_of(3), **ABSENT)
    days = here.central.office.store.helper_filings.days(date(2026, 11, 1))
    assert [(one.staff, one.vouched, one.alone, one.absent) for one in days] == [
        ("H-0001", 2, 1, 1),
        ("W-0001", 1, 0, 0),
    ]
    assert here.central.office.store.helper_filings.days(date(2026, 11, 24)) == ()


def test_a_command_shows_the_figures_and_who_is_at_the_limit(
    here: FilingService, capsys: pytest.CaptureFixture[str]
) -> None:
    today = "2026-11-23"
    for index in range(here.central.office.policy.vouching.vouched_a_day):
        put(here, PICTURED, 100 + index, number_of(index))
    put(here, {**ONE, "voucher": "W-0001", "second": "W-0002"}, 1)
    data, url = here.central.keys.folder, here.central.office.store.database.engine.url
    where = ("--data", str(data), "--database", url.render_as_string(hide_password=False))
    assert main.main(["central", "helpers", "--days", "3650", *where]) == 0
    lines = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    assert lines == [
        ["day", "point", "staff", "vouched", "alone", "absent", "limit"],
        [today, POINT, "H-0001", "15", "15", "0", "limit"],
        [today, POINT, "W-0001", "1", "0", "0", ""],
        [today, POINT, "W-0002", "1", "0", "0", ""],
    ]


def test_a_vouched_filing_is_told_at_the_number_that_the_offices_have(here: FilingService) -> None:
    put(here, TWO, answers={"mobile": "13900007777"})
    here.work()
    (text,) = here.inbox(PHONE_OF_LIU)
    assert "有人替您交了退休申请" in text
    assert here.provider.inbox("13900007777") == []


def test_who_gives_the_registered_number_is_told_of_the_vouching_all_the_same(
    here: FilingService,
) -> None:
    put(here, TWO, answers={"mobile": PHONE_OF_LIU})
    here.work()
    assert [text for text in here.inbox(PHONE_OF_LIU) if "有人替您交了退休申请" in text]


def test_a_terminal_of_another_point_names_nobody(here: FilingService) -> None:
    answer = here.put(1, LIU, OTHER_TERMINAL, **{**VOUCHED, "proof": TWO})
    assert answer.json()["type"] == "not-allowed"


def test_two_who_vouch_for_a_principal_are_not_those_who_filed(here: FilingService) -> None:
    here.put(1, LIU, **{**ABSENT, "authority": {**ABSENT["authority"], "until": "2027-03-01"}})
    at = (here.central.clock[0] - timedelta(minutes=1)).isoformat()
    proof = {**ONE, "voucher": "W-0001", "second": "H-0001", "at": at}
    assert here.decide("confirm", proof=proof).json()["type"] == "not-allowed"
    assert here.decide("confirm", proof={**proof, "second": "W-0002"}).status_code == 200
    assert here.audit()[-1][1] == "window"
