"""The machine accepts only who did each asked step, after it was asked, in its order.

Properties over frames of any kind in any order; an oracle of a few lines, written apart from the
machine, says what must have been seen whenever it passes.
"""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.face.detection.cues import FaceBox, FaceCues, Sighting
from drivers.face.liveness.challenge import draw, draw_all
from drivers.face.liveness.liveness_check import advance
from drivers.face.liveness.rules import LivenessStep
from drivers.face.liveness.state import Doubt, Phase
from tests.drivers.face.conftest import LIVENESS
from tests.drivers.face.liveness_tries import (
    AWAY,
    BLINK,
    FLAT_LEFT,
    FRAME,
    FRONT,
    GAPING,
    HOME,
    LEFT,
    LEFT_STEP,
    MOUTH,
    ORDERS,
    RIGHT,
    RIGHT_STEP,
    RULES,
    SHUT,
    Try,
)


def test_who_does_what_is_asked_passes() -> None:
    attempt = Try().settled()
    for step in attempt.steps:
        attempt.doing(step)
    assert attempt.state.phase is Phase.PASSED
    assert attempt.state.done == attempt.steps
    assert attempt.see(LEFT, 9).state.phase is Phase.PASSED, "what comes later changes nothing"


@pytest.mark.parametrize("asked", ORDERS)
@pytest.mark.parametrize("done", ORDERS)
def test_only_the_asked_order_passes(
    asked: tuple[LivenessStep, ...], done: tuple[LivenessStep, ...]
) -> None:
    attempt = Try(asked).settled()
    for step in done:
        attempt.doing(step)
    assert (attempt.state.phase is Phase.PASSED) == (asked == done)


@pytest.mark.parametrize(
    ("frames", "doubt"),
    [
        (lambda t: t.see(RIGHT, 3), Doubt.WRONG),
        (lambda t: t.see(LEFT, 1), Doubt.EARLY),
        (lambda t: t.see(FRONT, 140), Doubt.LATE),
        (lambda t: t.see(FRONT, 6).see(FLAT_LEFT, 130), Doubt.LATE),
        (lambda t: t.see(FRONT, 6).see(LEFT, 1).see(FRONT, 130), Doubt.LATE),
        (lambda t: t.see(FRONT, 6).see(replace(FRONT, nose=0.1), 130), Doubt.LATE),
        (lambda t: t.see(FRONT, 20, fingerprint=77), Doubt.FROZEN),
        (lambda t: t.see(FRONT, 1, fingerprint=0).see(FRONT, 1, fingerprint=1), Doubt.REPEATED),
        (lambda t: t.see(FRONT, 1, vendor=False), Doubt.SENSOR),
        (lambda t: t.see(FRONT, 1, infrared=False), Doubt.SENSOR),
        (lambda t: t.see(FRONT, 2, apart=0.7), Doubt.SWAPPED),
        (lambda t: t.see(FRONT, 6).see(LEFT, 3).see(FRONT, 2, apart=0.7), Doubt.SWAPPED),
        (lambda t: t.see(FRONT, 6).see(LEFT, 3).see(RIGHT, 1), Doubt.EARLY),
    ],
)
def test_what_ends_a_try(frames, doubt: Doubt) -> None:
    attempt = frames(Try().settled().until_asked())
    assert attempt.state.phase is Phase.FAILED
    assert attempt.state.doubt is doubt


def test_a_head_that_still_moves_has_no_baseline_yet() -> None:
    attempt = Try().see(replace(FRONT, nose=0.12)).see(FRONT)
    assert attempt.state.phase is Phase.SETTLE
    assert attempt.see(FRONT).state.phase is Phase.PAUSE
    assert attempt.state.baseline.nose == FRONT.nose


def test_a_turned_face_has_a_limit_of_its_own() -> None:
    aside = replace(LEFT, nose=0.2)
    attempt = Try().settled().until_asked().see(FRONT, 6)
    attempt.see(aside, 9, apart=RULES.turned_person)
    assert attempt.state.phase is Phase.ASKED, "the same person is less alike from the side"
    assert attempt.see(aside, 1, apart=RULES.turned_person + 0.01).state.phase is Phase.ASKED
    assert attempt.see(aside, 1, apart=RULES.turned_person + 0.01).state.doubt is Doubt.SWAPPED


def test_a_face_that_is_no_good_one_counts_as_turned() -> None:
    attempt = Try().settled().until_asked().see(FRONT, 6)
    attempt.see(replace(LEFT, nose=0.12), 9, good=False, apart=0.65)
    assert attempt.state.phase is Phase.ASKED, "the mesh loses its way far to the side"
    assert attempt.see(replace(LEFT, nose=0.12), 2, good=True, apart=0.65).state.doubt


ELSEWHERE = [
    (phase, face)
    for phase in (Phase.SETTLE, Phase.PAUSE, Phase.ASKED, Phase.RETURN)
    for face in (FRONT, replace(FRONT, nose=0.15), LEFT)
    if (phase, face) != (Phase.RETURN, LEFT)
]


@pytest.mark.parametrize(("phase", "face"), ELSEWHERE)
def test_somebody_else_is_seen_in_every_phase(phase: Phase, face: FaceCues) -> None:
    attempt = Try(may_ask=phase is not Phase.PAUSE)
    if phase is Phase.SETTLE:
        attempt.see(FRONT)
    elif phase is Phase.PAUSE:
        attempt.settled()
    else:
        attempt.settled().until_asked().see(FRONT, 6)
    if phase is Phase.RETURN:
        attempt.see(LEFT, 3)
    assert attempt.state.phase is phase
    ended = attempt.see(face, 1, apart=0.9).see(face, 1, apart=0.9).state
    assert ended.phase is Phase.FAILED
    assert ended.doubt in (Doubt.SWAPPED, Doubt.EARLY)


def test_engines_that_know_no_turned_faces_compare_none() -> None:
    rules = replace(RULES, turned_person=0.0)
    state = Try().settled().until_asked().see(FRONT, 6).state
    seen = Sighting(state.last.at + FRAME, 99, 99, LEFT, good=False, apart=1.5)
    assert advance(state, seen, rules, may_ask=True).strange == 0
    assert advance(state, seen, RULES, may_ask=True).strange == 1


LARGER = replace(FRONT, box=FaceBox(180, 60, 200, 262))
BRIGHTER = replace(FRONT, light=200.0)
LIT = replace(FRONT, light=120.0)


@pytest.mark.parametrize(("before", "after"), [(FRONT, LARGER), (LIT, BRIGHTER), (BRIGHTER, LIT)])
def test_a_face_that_changes_at_once_is_a_cut_between_films(
    before: FaceCues, after: FaceCues
) -> None:
    moving = Try().settled().until_asked().see(before, 1)
    moving.state = replace(moving.state, last=replace(moving.state.last, face=before))
    assert moving.see(after, 1).state.doubt is Doubt.JUMPED
    resting = Try(may_ask=False).settled()
    resting.state = replace(resting.state, last=replace(resting.state.last, face=before))
    assert resting.see(after, 1).state.part == 1, "before anything is asked it begins anew"
    late = Try(may_ask=False).settled()
    late.state = replace(late.state, last=replace(late.state.last, face=before))
    late.at += 0.4
    assert late.see(after, 1).state.part == 0, "who was not looked at had the time"


def test_a_screens_lattice_ends_a_try_and_one_patterned_look_does_not() -> None:
    striped = replace(FRONT, lattice=RULES.lattice + 1)
    plain = replace(FRONT, lattice=12.0)
    attempt = Try(may_ask=False).settled().see(striped, 2).see(plain, 3)
    assert attempt.state.phase is Phase.PAUSE
    assert attempt.see(striped, 2).state.phase is Phase.PAUSE
    assert attempt.see(striped, 1).state.doubt is Doubt.SCREEN


def test_a_turn_before_anything_is_asked_ends_a_try() -> None:
    assert Try().settled().see(LEFT).state.doubt is Doubt.EARLY


def test_a_sensor_that_says_yes_is_not_enough() -> None:
    attempt = Try().settled().until_asked().see(FRONT, 9, vendor=True, infrared=True)
    assert attempt.state.phase is Phase.ASKED


def test_turning_during_a_blink_is_something_else() -> None:
    attempt = Try((BLINK, LEFT_STEP, RIGHT_STEP)).settled().until_asked().see(FRONT, 5)
    assert attempt.see(LEFT).state.doubt is Doubt.WRONG


BEHIND_GLASS = replace(FRONT, openness=0.52 * 0.32)  # shut, with a reflection before the lids
TILTED = replace(BEHIND_GLASS, box=replace(HOME, height=HOME.height * 0.83))  # as a print can be


def test_eyes_that_reflections_hide_count_only_where_closing_is_asked_for() -> None:
    assert Try(may_ask=False).settled().see(BEHIND_GLASS, 8).state.phase is Phase.PAUSE
    assert Try().settled().until_asked().see(BEHIND_GLASS, 8).state.phase is Phase.ASKED


@pytest.mark.parametrize(
    ("frames", "passes"),
    [
        (lambda t: t.see(FRONT, 5).see(SHUT, 7).see(FRONT, 2), True),
        (lambda t: t.see(FRONT, 5).see(SHUT, 4).see(FRONT, 2), False),  # as people blink
        (lambda t: t.see(FRONT, 5).see(SHUT, 80).see(FRONT, 2), False),  # asleep
        (lambda t: t.see(SHUT, 8).see(FRONT, 2), False),  # begun before the prompt
        (lambda t: t.see(SHUT, 4).see(FRONT, 3).see(SHUT, 8).see(FRONT, 2), True),
        (lambda t: t.see(FRONT, 5).see(SHUT, 8), False),  # not open again
        (lambda t: t.see(FRONT, 5).see(replace(FRONT, openness=None), 9).see(FRONT), False),
        (lambda t: t.see(FRONT, 5).see(replace(FRONT, openness=0.2), 9).see(FRONT, 2), False),
        (lambda t: t.see(FRONT, 5).see(BEHIND_GLASS, 9).see(FRONT, 2), True),
        (lambda t: t.see(FRONT, 5).see(TILTED, 9).see(FRONT, 2), False),
    ],
)
def test_what_a_blink_is(frames, passes: bool) -> None:
    attempt = frames(Try((BLINK, LEFT_STEP, RIGHT_STEP)).settled().until_asked())
    assert (attempt.state.done == (BLINK,)) is passes


def test_lids_of_the_old_are_judged_by_their_own_opening() -> None:
    hanging = replace(FRONT, openness=0.15)
    shut = replace(FRONT, openness=0.085)  # by 0.57 of their own, and yet closed
    attempt = Try((BLINK, LEFT_STEP, RIGHT_STEP)).see(hanging, 2)
    for _ in range(40):
        if attempt.state.asked is None:
            attempt.see(hanging)
    attempt.see(hanging, 5).see(shut, 8).see(hanging, 2)
    assert attempt.state.done == (BLINK,)
    nearly = Try((BLINK, LEFT_STEP, RIGHT_STEP)).see(replace(FRONT, openness=0.12), 30)
    assert nearly.state.phase is Phase.SETTLE, "too narrow to be seen closing"


def test_eyes_that_are_closed_are_not_asked_to_close() -> None:
    attempt = Try((BLINK, LEFT_STEP, RIGHT_STEP)).settled().see(SHUT, 5)
    assert attempt.state.asked is None
    assert attempt.see(FRONT).state.asked is BLINK


def test_eyes_closed_on_purpose_before_they_should_be_end_a_try() -> None:
    assert Try(may_ask=False).settled().see(SHUT, 8).state.doubt is Doubt.EARLY
    assert Try().settled().until_asked().see(SHUT, 8).state.doubt is Doubt.WRONG
    blinking = Try().settled().until_asked().see(SHUT, 4).see(FRONT, 2).see(SHUT, 4)
    assert blinking.state.phase is Phase.ASKED
    turning = Try().settled().until_asked().see(FRONT, 5).see(SHUT, 2).see(LEFT, 9).see(FRONT)
    assert turning.state.done == (LEFT_STEP,), "who blinks on the way to the side does no wrong"


@pytest.mark.parametrize(
    ("frames", "passes"),
    [
        (lambda t: t.see(FRONT, 6).see(GAPING, 3).see(FRONT, 2), True),
        (lambda t: t.see(FRONT, 6).see(GAPING, 1).see(FRONT, 2), False),
        (lambda t: t.see(FRONT, 6).see(replace(FRONT, mouth=0.15), 9).see(FRONT, 2), False),
        (lambda t: t.see(FRONT, 6).see(GAPING, 9), False),  # not closed again
        (lambda t: t.see(FRONT, 6).see(LEFT, 9).see(FRONT, 2), False),
        (lambda t: t.see(FRONT, 6).see(SHUT, 9).see(FRONT, 2), False),
    ],
)
def test_what_an_open_mouth_is(frames, passes: bool) -> None:
    attempt = frames(Try((MOUTH, LEFT_STEP, RIGHT_STEP)).settled().until_asked())
    assert (attempt.state.done == (MOUTH,)) is passes


def test_a_mouth_that_was_open_before_is_no_answer() -> None:
    yawning = Try((MOUTH, LEFT_STEP, RIGHT_STEP)).settled().see(GAPING, 9)
    assert yawning.state.asked is None
    assert yawning.until_asked().see(GAPING, 3).state.doubt is Doubt.EARLY
    talking = Try((LEFT_STEP, MOUTH, RIGHT_STEP)).settled().until_asked().see(GAPING, 6)
    assert talking.state.phase is Phase.ASKED, "who speaks meanwhile does no wrong"


def test_nothing_is_asked_before_it_may_be() -> None:
    attempt = Try(may_ask=False).settled().see(FRONT, 60)
    assert attempt.state.phase is Phase.PAUSE
    attempt.may_ask = True
    assert attempt.see(FRONT).state.phase is Phase.ASKED


def test_who_can_not_be_measured_is_not_settled() -> None:
    assert Try().see(replace(FRONT, openness=None), 30).state.phase is Phase.SETTLE
    turns = Try((LEFT_STEP, RIGHT_STEP, LEFT_STEP))
    assert turns.see(replace(FRONT, openness=None), 2).state.phase is Phase.PAUSE


def test_a_step_counts_only_once_the_face_was_compared_again() -> None:
    attempt = Try().settled().until_asked().see(FRONT, 6).see(LEFT, 3)
    assert attempt.see(FRONT, 9, apart=None).state.done == ()
    assert attempt.see(FRONT, 3, good=False).state.done == ()
    assert attempt.see(FRONT).state.done == (LEFT_STEP,)


@pytest.mark.parametrize("gone", [(None, 20), (AWAY, 1)])
def test_whoever_leaves_the_picture_begins_anew(gone: tuple[FaceCues | None, int]) -> None:
    attempt = Try().settled().doing(LEFT_STEP)
    assert attempt.state.done == (LEFT_STEP,)
    attempt.see(*gone)
    assert attempt.state.phase is Phase.SETTLE
    assert (attempt.state.done, attempt.state.part) == ((), 1)
    for _ in range(RULES.restarts):
        attempt.see(FRONT, 3).see(*gone)
    assert attempt.state.doubt is Doubt.LOST


def test_a_busy_machine_is_not_a_face_that_went_away() -> None:
    attempt = Try().settled()
    attempt.at, attempt.sequence = attempt.at + 1.9, attempt.sequence + 28
    assert attempt.see(FRONT).state.phase is not Phase.SETTLE
    attempt.at, attempt.sequence = attempt.at + 2.1, attempt.sequence + 30
    assert attempt.see(FRONT).state.phase is Phase.SETTLE


def test_a_short_gap_changes_nothing() -> None:
    attempt = Try().settled().until_asked().see(None, 5).see(FRONT)
    assert attempt.state.phase is Phase.ASKED


def test_looking_for_the_right_place_costs_nothing() -> None:
    attempt = Try()
    for _ in range(20):
        attempt.see(FRONT).see(AWAY).see(None, 20)
    assert attempt.state.phase is Phase.SETTLE
    assert attempt.state.restarted == 0
    assert attempt.state.part > 0


def test_too_few_frames_can_not_show_a_blink() -> None:
    attempt = Try()
    for second in range(4):
        attempt.at = 100.0 + second
        attempt.see(FRONT)
    assert attempt.state.doubt is Doubt.SLOW


def test_frames_that_we_had_no_time_for_count() -> None:
    attempt = Try()
    for second in range(4):
        attempt.at, attempt.sequence = 100.0 + second, 15 * second
        attempt.see(FRONT)
    assert attempt.state.doubt is not Doubt.SLOW


@given(seed=st.integers(0, 10_000), turn_only=st.booleans())
def test_every_challenge_asks_for_both_turns(seed: int, turn_only: bool) -> None:
    drawn = draw(Random(seed).random, LIVENESS, turn_only=turn_only)
    assert {LEFT_STEP, RIGHT_STEP} <= set(drawn.steps)
    assert (BLINK in drawn.steps) is not turn_only
    least, most = LIVENESS.pause
    assert all(least <= pause <= most for pause in drawn.pauses)
    assert len(drawn.pauses) == len(drawn.steps) == 3


def test_the_mouth_is_asked_for_where_the_numbers_say_so() -> None:
    rules = replace(LIVENESS, actions=(LEFT_STEP, RIGHT_STEP, BLINK, MOUTH), steps=4)
    random = Random(7).random
    orders = {draw(random, rules, turn_only=False).steps for _ in range(600)}
    assert len(orders) == 24
    assert MOUTH not in draw(random, rules, turn_only=True).steps


@pytest.mark.parametrize("turn_only", [False, True])
def test_all_six_orders_are_drawn_about_equally_often(turn_only: bool) -> None:
    random = Random(5)
    counts: dict[tuple[LivenessStep, ...], int] = {}
    for _ in range(1200):
        steps = draw(random.random, LIVENESS, turn_only=turn_only).steps
        counts[steps] = counts.get(steps, 0) + 1
    assert len(counts) == 6
    assert min(counts.values()) > 140
    assert len(draw_all(random.random, LIVENESS, turn_only=False)) == 3
