"""Each guided test passes only for who did it, and says what keeps it from passing."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.failures import Failure
from kiosk.maintenance import guided_tests
from kiosk.maintenance.guided_tests import (
    ORDERS,
    POINTS,
    STEADY,
    CameraReading,
    GuidedTask,
    GuidedTest,
    Result,
    begin,
)
from kiosk.ports import Coach

GOOD = CameraReading(128.0, 240.0, 0.4, None)
DARK = replace(GOOD, luma=20.0, mend=Coach.MORE_LIGHT)
FAR = replace(GOOD, width=60.0, share=0.1, mend=Coach.COME_CLOSER)
NOBODY = CameraReading(100.0, 0.0, 0.0, Coach.NO_FACE)


@pytest.mark.parametrize("test", GuidedTask)
def test_each_begins_open(test):
    trial = begin(test, "a secret")
    assert trial.is_open
    assert bool(trial.lot) is (test in (GuidedTask.TONES, GuidedTask.SLIP))


def test_lots_are_drawn_evenly_and_are_hard_to_foretell():
    orders = Counter(begin(GuidedTask.TONES, f"{number}").lot for number in range(1200))
    assert set(orders) == set(ORDERS)
    assert max(orders.values()) < 2 * min(orders.values())
    assert len({begin(GuidedTask.SLIP, f"{number}").lot for number in range(300)}) > 250
    assert begin(GuidedTask.SLIP, "a") == begin(GuidedTask.SLIP, "a")


def heard(lot: str, said: str) -> GuidedTest:
    trial = GuidedTest(GuidedTask.TONES, lot)
    for one in said:
        trial = guided_tests.give(trial, one)
    return trial


def test_who_hears_the_order_passes():
    assert heard("312", "31").is_open
    assert heard("312", "312").result is Result.PASSED
    wrong = heard("312", "321")
    assert (wrong.result, wrong.failure) == (Result.FAILED, Failure.TONES_NOT_HEARD)


@given(st.sampled_from(ORDERS), st.sampled_from(ORDERS))
def test_only_the_right_order_passes(lot, said):
    assert (heard(lot, said).result is Result.PASSED) is (lot == said)


def test_who_reads_the_slip_passes():
    trial = begin(GuidedTask.SLIP, "x")
    for digit in trial.lot[:2]:
        trial = guided_tests.give(trial, digit)
    trial = guided_tests.give(guided_tests.take_back(guided_tests.give(trial, "9")), trial.lot[2])
    assert trial.is_open
    assert guided_tests.give(trial, trial.lot[3]).result is Result.PASSED
    other = str((int(trial.lot[3]) + 1) % 10)
    wrong = guided_tests.give(trial, other)
    assert (wrong.result, wrong.failure) == (Result.FAILED, Failure.SLIP_NOT_READ)


def test_one_good_look_may_be_luck():
    trial = GuidedTest(GuidedTask.CAMERA)
    for _ in range(STEADY - 1):
        trial = guided_tests.see(trial, GOOD)
    trial = guided_tests.see(trial, DARK)
    assert (trial.is_open, trial.steady) == (True, 0)
    for _ in range(STEADY):
        trial = guided_tests.see(trial, GOOD)
    assert trial.result is Result.PASSED
    assert trial.look is GOOD


@pytest.mark.parametrize(
    ("trial", "failure"),
    [
        (GuidedTest(GuidedTask.CARD), Failure.READER_LOST),
        (GuidedTest(GuidedTask.CARD, failure=Failure.CARD_DAMAGED), Failure.CARD_DAMAGED),
        (GuidedTest(GuidedTask.CAMERA), Failure.CAMERA_LOST),
        (GuidedTest(GuidedTask.CAMERA, look=NOBODY), Failure.FACE_TOO_FAR),
        (GuidedTest(GuidedTask.CAMERA, look=FAR), Failure.FACE_TOO_FAR),
        (GuidedTest(GuidedTask.CAMERA, look=DARK), Failure.LIGHT_WEAK),
        (GuidedTest(GuidedTask.TONES), Failure.TONES_NOT_HEARD),
        (GuidedTest(GuidedTask.SLIP), Failure.SLIP_NOT_READ),
        (GuidedTest(GuidedTask.SLIP, failure=Failure.PAPER_OUT), Failure.PAPER_OUT),
        (GuidedTest(GuidedTask.TOUCH, given="12"), Failure.TOUCH_MISSED),
        (GuidedTest(GuidedTask.SIGN), Failure.TOUCH_MISSED),
    ],
)
def test_who_gives_up_is_told_why(trial, failure):
    given_up = guided_tests.abandon_test(trial)
    assert (given_up.result, given_up.failure) == (Result.FAILED, failure)


def test_nine_points_pass_and_eight_do_not():
    trial = GuidedTest(GuidedTask.TOUCH)
    for point in (*POINTS[:8], "3", "3"):
        trial = guided_tests.touch(trial, point)
    assert trial.is_open
    assert trial.given == "12345678"
    assert guided_tests.touch(trial, "9").result is Result.PASSED


def test_a_signature_needs_a_stroke():
    trial = guided_tests.sign(GuidedTest(GuidedTask.SIGN))
    assert (trial.is_open, trial.failure) == (True, Failure.SIGNATURE_MISSING)
    trial = guided_tests.sign(guided_tests.draw(trial, 2, 81.0))
    assert (trial.result, trial.failure) == (Result.PASSED, None)


def test_a_device_in_the_way_is_not_the_end():
    trial = guided_tests.hindered(GuidedTest(GuidedTask.SLIP, "1234"), Failure.PAPER_OUT)
    assert trial.is_open
    assert guided_tests.give(trial, "1").failure is None
