"""The technician's one-time code."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from kiosk.failures import Failure
from kiosk.staff.code import (
    NEVER,
    code_of,
    enrolment_url,
    matching_step,
    read_key,
    step_of,
    write_key,
)
from kiosk.staff.roles import Session
from kiosk.staff.staff_login import LoginRejected
from tests.kiosk.staff.staffed_point import RULES, WRONG, StaffedPoint, code_now, confirmed
from tests.kiosk.staff_people import (
    CODE_KEY,
    HELPER_CARD,
    NOON,
    PIN,
    POINT,
    TECHNICIAN_CARD,
    roster,
)


@pytest.mark.parametrize(
    ("seconds", "code"),
    [(59, "119246"), (1111111109, "084774"), (1234567890, "819424"), (20000000000, "737706")],
)
def test_codes_are_those_of_the_standard(seconds: int, code: str) -> None:
    """RFC 6238, appendix B, SHA256; the last six of its eight digits."""
    key = read_key(CODE_KEY)
    assert key is not None
    assert code_of(key, step_of(datetime.fromtimestamp(seconds, UTC))) == code


def test_a_key_that_is_none_fits_no_code() -> None:
    for kept in ("", "no base32!", write_key(b"short")):
        assert matching_step(kept, "000000", NOON, NEVER) is None


def test_an_authenticator_reads_the_key() -> None:
    url = enrolment_url(CODE_KEY, "T-0001", POINT)
    assert url.startswith("otpauth://totp/BZ-DEMO%3AT-0001?secret=")
    assert "=" + CODE_KEY.rstrip("=") in url


@pytest.mark.parametrize("away", [-1, 0, 1])
def test_the_code_of_about_now_lets_in(away: int) -> None:
    point = StaffedPoint()
    found = confirmed(point, code_now(point, away))
    assert isinstance(found, Session)
    assert point.noted == [("staff_in", {"staff": "T-0001", "role": "technician"})]


@pytest.mark.parametrize("away", [-3, -2, 2, 3])
def test_the_code_of_another_time_does_not(away: int) -> None:
    point = StaffedPoint()
    assert confirmed(point, code_now(point, away)) == LoginRejected(Failure.STAFF_CODE_WRONG)


@pytest.mark.parametrize("ahead", [600, -600])
def test_a_clock_that_is_known_to_be_wrong_keeps_no_technician_out(ahead: int) -> None:
    point = StaffedPoint()
    code = code_now(point)
    point.now += timedelta(seconds=ahead)
    assert confirmed(point, code) == LoginRejected(Failure.STAFF_CODE_WRONG)
    staff_login = replace(point.staff_login(), ahead=lambda: ahead)
    assert isinstance(staff_login.confirm(TECHNICIAN_CARD, code), Session)


def test_a_code_is_used_up() -> None:
    point = StaffedPoint()
    assert isinstance(confirmed(point, code_now(point)), Session)
    assert confirmed(point, code_now(point)) == LoginRejected(Failure.STAFF_CODE_WRONG)
    assert confirmed(point, code_now(point, -1)) == LoginRejected(Failure.STAFF_CODE_WRONG)
    assert isinstance(confirmed(point, code_now(point, 1)), Session)


def test_card_and_pin_alone_are_not_noted_as_coming_in() -> None:
    point = StaffedPoint()
    assert isinstance(point.enter(TECHNICIAN_CARD), Session)
    assert point.noted == []


def test_who_has_no_code_does_not_come_in_by_one() -> None:
    assert confirmed(StaffedPoint(), "000000", HELPER_CARD) == LoginRejected(
        Failure.STAFF_CODE_MISSING
    )
    unknown = confirmed(StaffedPoint(roster=roster(accounts=[])), "000000")
    assert unknown == LoginRejected(Failure.STAFF_UNKNOWN)


def test_guessed_codes_are_counted_as_pins_are() -> None:
    point, seen = StaffedPoint(), set()
    for _ in range(RULES.lock_after):
        found = confirmed(point, "000000")
        assert isinstance(found, LoginRejected)
        seen.add(found.failure)
        point.now += timedelta(seconds=found.wait)
    assert seen == {Failure.STAFF_CODE_WRONG, Failure.STAFF_LOCKED}
    assert confirmed(point, code_now(point)) == LoginRejected(Failure.STAFF_LOCKED)
    assert isinstance(point.enter(TECHNICIAN_CARD), Session)  # the PIN is another secret


def test_without_a_card_only_who_is_asked_for_a_code_comes_in() -> None:
    point = StaffedPoint()
    assert isinstance(point.staff_login().enter(TECHNICIAN_CARD, PIN, by_card=False), Session)
    for pin in (PIN, WRONG):
        refused = point.staff_login().enter(HELPER_CARD, pin, by_card=False)
        assert refused == LoginRejected(Failure.STAFF_NOT_ALLOWED)
    assert "staff attempts H-0001" not in point.notes.kept  # nobody is locked out by a number
    nobody = point.staff_login().enter("341602196501010015", PIN, by_card=False)
    assert nobody == LoginRejected(Failure.STAFF_UNKNOWN)
