"""Who of the staff comes in, with which card and PIN, and what they may do then."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kiosk.crypto.receipt import SigningKey
from kiosk.failures import Failure
from kiosk.staff.roles import ROLE_RIGHTS, Right, Role, Session, rights_of
from kiosk.staff.roster import hash_card, read_roster
from kiosk.staff.staff_login import LoginRejected
from tests.kiosk.staff.staffed_point import MAY, WRONG, StaffedPoint
from tests.kiosk.staff_people import (
    HELPER_CARD,
    KEY,
    NOON,
    POINT,
    TECHNICIAN_CARD,
    account,
    roster,
    signed,
)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("right", Right)
def test_a_role_may_do_its_own_and_nothing_else(role: Role, right: Right) -> None:
    everything = rights_of(role, [*Right, "an unknown one"])
    assert Session("S", role, everything).may(right) is (right in MAY[role])
    assert not Session("S", role, rights_of(role, set(Right) - {right})).may(right)


def test_every_role_stands_in_the_table() -> None:
    assert set(ROLE_RIGHTS) == set(Role) == set(MAY)


def test_a_list_is_read_when_a_trusted_key_signed_it_for_this_point() -> None:
    found = roster()
    assert [one.id for one in found.accounts] == ["H-0001", "T-0001"]
    assert found.holder(HELPER_CARD) is found.accounts[0]
    assert found.holder("341602196501010015") is None
    assert "pin" not in repr(found)
    other = SigningKey(b"o" * 32)
    assert read_roster(signed(), other.receipt_key, POINT) is None
    assert read_roster(signed(), KEY.receipt_key, "BZ-ELSEWHERE") is None
    assert read_roster(signed().replace(b"H-0001", b"H-0002"), KEY.receipt_key, POINT) is None


@pytest.mark.parametrize(
    "changes",
    [
        {"version": 2},
        {"issued_at": "yesterday"},
        {"valid_until": "2026-11-26T12:00:00"},
        {"issued_at": 7},
        {"accounts": None},
        {"accounts": [account(role="boss")]},
        {"accounts": [{"id": "H-0001"}]},
    ],
)
def test_a_list_that_is_none(changes: dict[str, object]) -> None:
    assert read_roster(signed(**changes), KEY.receipt_key, POINT) is None


def test_card_and_pin_let_in() -> None:
    rights = frozenset(MAY[Role.HELPER])
    mine = hash_card(HELPER_CARD)
    assert StaffedPoint().enter() == Session("H-0001", Role.HELPER, rights, mine)


def test_a_technician_never_sees_a_case_whatever_was_granted() -> None:
    found = StaffedPoint().enter(TECHNICIAN_CARD)
    assert isinstance(found, Session)
    assert found.rights == {Right.MAINTENANCE}


@pytest.mark.parametrize(
    ("point", "failure"),
    [
        (StaffedPoint(roster=None), Failure.STAFF_LIST_MISSING),
        (StaffedPoint(roster=roster(accounts=[])), Failure.STAFF_UNKNOWN),
        (
            StaffedPoint(roster=roster(accounts=[account(valid_until="2026-11-25")])),
            Failure.STAFF_EXPIRED,
        ),
        (StaffedPoint(now=NOON + timedelta(days=7, seconds=1)), Failure.STAFF_LIST_OLD),
        (StaffedPoint(now=NOON - timedelta(minutes=11)), Failure.STAFF_CLOCK_WRONG),
    ],
)
def test_who_is_turned_away_at_once(point: StaffedPoint, failure: Failure) -> None:
    assert point.enter() == LoginRejected(failure)
    assert point.notes.kept == {}


def test_who_comes_and_goes_is_noted_without_a_card() -> None:
    point = StaffedPoint()
    point.enter()
    point.enter(pin=WRONG)
    point.staff_login().leave("H-0001")
    assert point.noted == [
        ("staff_in", {"staff": "H-0001", "role": "helper"}),
        ("staff_turned_away", {"failure": "staff_pin_wrong"}),
        ("staff_out", {"staff": "H-0001"}),
    ]


def test_offline_the_list_is_good_for_its_days() -> None:
    assert isinstance(StaffedPoint(now=NOON + timedelta(days=7)).enter(), Session)
    assert isinstance(StaffedPoint(now=NOON - timedelta(minutes=9)).enter(), Session)
    last = StaffedPoint(roster=roster(accounts=[account(valid_until="2026-11-26")]))
    assert isinstance(last.enter(), Session)
