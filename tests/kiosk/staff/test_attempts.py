"""Wrong tries: waits, locks and their counts."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from kiosk.failures import Failure
from kiosk.staff.attempts import Attempts, decode, encode
from kiosk.staff.roles import Session
from kiosk.staff.staff_login import LoginRejected
from tests.kiosk.staff.staffed_point import RULES, WRONG, StaffedPoint, _locked
from tests.kiosk.staff_people import (
    NOON,
    OTHER_PIN,
    PIN,
    PIN_HASHES,
    account,
    roster,
)


def test_waits_grow_then_the_account_is_locked() -> None:
    point, waits = StaffedPoint(), []
    for _ in range(RULES.lock_after):
        found = point.enter(pin=WRONG)
        assert isinstance(found, LoginRejected)
        waits.append(found.wait)
        point.now += timedelta(seconds=found.wait)
        if found.failure is Failure.STAFF_LOCKED:
            break
        assert found.failure is Failure.STAFF_PIN_WRONG
    assert waits == [0.0] * 4 + [15.0 * 2**n for n in range(10)] + [0.0]
    assert point.enter() == LoginRejected(Failure.STAFF_LOCKED)
    point.now += timedelta(days=6)
    assert point.enter() == LoginRejected(Failure.STAFF_LOCKED)


def test_a_new_pin_opens_a_locked_account() -> None:
    point = StaffedPoint()
    point.notes.kept["staff attempts H-0001"] = encode(_locked(PIN_HASHES[PIN]))
    assert point.enter() == LoginRejected(Failure.STAFF_LOCKED)
    point.roster = roster(accounts=[account(pin_hash=PIN_HASHES[OTHER_PIN])])
    assert isinstance(point.enter(pin=OTHER_PIN), Session)


def test_no_try_counts_while_one_waits_and_no_clock_shortens_it() -> None:
    point = StaffedPoint()
    for _ in range(RULES.free_tries):
        point.enter(pin=WRONG)
    point.now += timedelta(seconds=5)
    assert point.enter() == LoginRejected(Failure.STAFF_WAIT, 10.0)
    point.now -= timedelta(minutes=5)
    assert point.enter() == LoginRejected(Failure.STAFF_WAIT, 15.0)
    point.now += timedelta(minutes=5, seconds=10)
    assert isinstance(point.enter(), Session)
    assert isinstance(point.enter(pin=WRONG), LoginRejected)
    assert isinstance(point.enter(), Session)  # the right one had set the count to none


def test_a_try_that_cannot_be_counted_is_none() -> None:
    point = StaffedPoint()
    point.notes.full = True
    assert point.enter() == LoginRejected(Failure.DISK_FULL)


def test_a_restart_counts_on() -> None:
    """A kill while the PIN is looked at has cost a try, too: it is counted first."""
    point = StaffedPoint()
    point.enter(pin=WRONG)
    kept = decode(point.notes.kept["staff attempts H-0001"])
    assert (kept.wrong, kept.last) == (1, NOON.timestamp())
    again = StaffedPoint(notes=point.notes)
    again.enter(pin=WRONG)
    assert decode(point.notes.kept["staff attempts H-0001"]).wrong == 2


@given(st.text())
def test_broken_counts_are_none(kept: str) -> None:
    decode(kept)


@given(
    st.lists(st.tuples(st.sampled_from([PIN, WRONG]), st.integers(-100, 4000)), max_size=40),
)
def test_whatever_is_tried_nobody_guesses_faster(tries: list[tuple[str, int]]) -> None:
    """However the clock moves, a wrong try past the free ones is paid for with its whole wait."""
    attempts, now, paid = Attempts(), 0.0, []
    for pin, seconds in tries:
        now += seconds
        if attempts.is_locked("p", RULES) or attempts.wait("p", now, RULES):
            continue
        if attempts.wrong >= RULES.free_tries:
            paid.append(now - attempts.last >= RULES.first_wait_seconds)
        attempts = Attempts() if pin == PIN else attempts.spent("p", now)
        assert attempts.wrong <= RULES.lock_after
    assert all(paid)
