"""The idle limit follows the person, and no clock runs against a sentence."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from kiosk.failures import Failure
from kiosk.ports import FaceLook, Frame
from kiosk.session.device_tasks import REMOVAL_WAIT, FaceDuty, TaskWatch, wait_until_taken
from kiosk.session.face_lockout import FaceLockout
from kiosk.session.touch_rhythm import REMEMBERED, TouchRhythm
from kiosk.visit.effects import CheckFace
from kiosk.visit.steps.face_check.events import FaceFailed
from tests.kiosk.invented_people import attendance, handbook
from tests.kiosk.session.test_device_tasks import StillClock, UnaskedDevice

VISIT = handbook().settings.visit
FACE = handbook().settings.face
PAUSES = st.lists(st.floats(0, 1e4), min_size=1, max_size=40)


def rhythm_of(pauses, quiet_at=-math.inf):
    now, rhythm = 0.0, TouchRhythm().touch(0.0, quiet_at)
    for pause in pauses:
        now += pause
        rhythm = rhythm.touch(now, quiet_at)
    return rhythm


def test_at_first_the_limit_is_the_least():
    assert TouchRhythm().limit(VISIT) == VISIT.idle_seconds == 90
    assert TouchRhythm().touch(5.0, 0.0).limit(VISIT) == 90


def test_who_is_slow_is_given_time():
    assert rhythm_of([20, 30, 40]).limit(VISIT) == 6 * 30
    assert rhythm_of([3, 3, 3]).limit(VISIT) == 90
    assert rhythm_of([100, 100]).limit(VISIT) == 300


@given(PAUSES)
def test_the_limit_stays_between_least_and_most(pauses):
    limit = rhythm_of(pauses).limit(VISIT)
    assert VISIT.idle_seconds <= limit <= VISIT.idle_max_seconds


@given(PAUSES, st.floats(1, 10))
def test_a_slower_person_never_gets_less(pauses, times):
    slower = [pause * times for pause in pauses]
    assert rhythm_of(slower).limit(VISIT) >= rhythm_of(pauses).limit(VISIT)


@given(PAUSES)
def test_only_the_latest_pauses_count(pauses):
    rhythm = rhythm_of(pauses)
    assert len(rhythm.pauses) == min(len(pauses), REMEMBERED)
    assert all(pause >= 0 for pause in rhythm.pauses)


@given(PAUSES)
def test_listening_is_not_slowness(pauses):
    """While a sentence is said nobody is expected to touch anything."""
    assert rhythm_of(pauses, quiet_at=math.inf).limit(VISIT) == VISIT.idle_seconds


# the face try


class EmptyCamera(UnaskedDevice):
    """A camera that shows nobody's face, picture after picture."""

    frames = 0

    def latest(self) -> Frame:
        self.frames += 1
        return Frame(self.frames, 0.0, 1, 1, b"bgr")

    def look(self, frame, *, may_ask):
        return FaceLook(frame.sequence)


class Ticking(StillClock):
    """A clock that goes on half a second at each look."""

    at = 0.0

    def monotonic(self) -> float:
        self.at += 0.5
        return self.at


def seconds_of_a_try(quiet_at: float) -> float:
    clock, outside, told = Ticking(), EmptyCamera(), []
    resting = FaceLockout(3, 10.0, b"s")
    FaceDuty(outside, outside, outside, FACE, clock, lambda: quiet_at, resting).check(
        CheckFace(attendance("liu", proved=False)), TaskWatch(clock), told.append
    )
    assert told == [FaceFailed(Failure.FACE_TIME_OVER)]
    return clock.at


@given(st.floats(0, 100))
def test_a_face_try_does_not_run_while_a_sentence_is_said(said):
    plain = seconds_of_a_try(-math.inf)
    assert FACE.seconds_per_try <= plain <= FACE.seconds_per_try * 2
    assert abs(seconds_of_a_try(said) - plain - said) <= 2.5


# the card that is left


class CardLies(UnaskedDevice):
    """A reader on which a card lies until it was waited for so many times."""

    def __init__(self, waits, health=None):
        self.waits, self.health = waits, health

    def wait_removed(self, cancelled):
        self.waits -= 1
        while self.waits > 0 and not cancelled():
            pass
        return self.waits <= 0

    def check(self):
        return self.health


def test_a_card_is_waited_for_as_long_as_it_lies_there():
    clock = Ticking()
    wait_until_taken(CardLies(20), clock, TaskWatch(clock))
    assert clock.at > 18 * REMOVAL_WAIT


def test_nobody_waits_for_a_reader_that_has_gone():
    clock = Ticking()
    wait_until_taken(CardLies(20, Failure.READER_LOST), clock, TaskWatch(clock))
    assert clock.at < 2 * REMOVAL_WAIT


def test_the_wait_ends_with_the_terminal():
    clock = Ticking()
    watch = TaskWatch(clock)
    watch.ended.set()
    wait_until_taken(CardLies(20), clock, watch)
    assert clock.at < REMOVAL_WAIT
