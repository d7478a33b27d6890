"""A card whose holder was not recognised three times rests, whoever lays it down again."""

from __future__ import annotations

import pytest

from kiosk.failures import Failure
from kiosk.session.face_lockout import FaceLockout
from kiosk.visit.step_parts.identity import SPENT_BY_TRYING

LIU, WANG = "34162219660615001X", "341621197104151125"


def tired(times: int = 3, failure: Failure = Failure.FACE_NOT_ALIKE) -> FaceLockout:
    resting = FaceLockout(tries=3, minutes=10.0, secret=b"s" * 16)
    for at in range(times):
        resting.record_failure(LIU, failure, 100.0 + at)
    return resting


@pytest.mark.parametrize("failure", SPENT_BY_TRYING)
def test_three_failures_let_a_card_rest(failure):
    assert not tired(2, failure).rests(LIU, 103.0)
    assert tired(3, failure).rests(LIU, 103.0)
    assert not tired(3, failure).rests(WANG, 103.0)


def test_what_the_machine_could_not_do_counts_against_nobody():
    assert not tired(9, Failure.CAMERA_LOST).rests(LIU, 110.0)


def test_it_rests_ten_minutes_from_the_last_failure():
    resting = tired()
    assert resting.rests(LIU, 102.0 + 599)
    assert not resting.rests(LIU, 102.0 + 600)
    assert not resting._failed, "nothing is kept of it"


def test_who_is_recognised_begins_anew():
    resting = tired(2)
    resting.clear(LIU)
    resting.clear(WANG)
    resting.record_failure(LIU, Failure.FACE_NOT_LIVE, 110.0)
    assert not resting.rests(LIU, 111.0)


def test_no_number_is_kept():
    resting = tired()
    assert LIU not in repr(resting)
    assert LIU.encode() not in b"".join(resting._failed)
    other = FaceLockout(3, 10.0, b"t" * 16)
    assert other._name(LIU) != resting._name(LIU)
