"""Turns of the head: how far, how long, and what is compared meanwhile."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from drivers.face.liveness.challenge import draw_all
from drivers.face.liveness.state import Doubt, Phase
from tests.drivers.face.conftest import LIVENESS
from tests.drivers.face.liveness_tries import (
    BLINK,
    FRAME,
    FRONT,
    HOME,
    LEFT,
    LEFT_STEP,
    RIGHT_STEP,
    RULES,
    Try,
)

STIFF = replace(FRONT, nose=0.17, span=0.95)  # 17 degrees


def test_a_stiff_neck_is_told_to_turn_more_and_then_believed() -> None:
    attempt = Try().settled().until_asked().see(FRONT, 6).see(STIFF, 9)
    assert not attempt.state.wants_more, "first there is time"
    attempt.see(STIFF, 4)
    assert attempt.state.wants_more
    assert attempt.state.phase is Phase.ASKED
    assert attempt.see(STIFF, 8).state.phase is Phase.RETURN
    assert attempt.see(FRONT).state.done == (LEFT_STEP,)
    assert not attempt.until_asked().state.wants_more, "the next movement begins anew"


def test_who_comes_back_short_is_told_to_turn_more() -> None:
    attempt = Try().settled().until_asked().see(FRONT, 6).see(STIFF, 4).see(FRONT, 2)
    assert attempt.state.wants_more
    assert attempt.see(STIFF, 8).state.phase is Phase.RETURN
    little = Try().settled().until_asked().see(FRONT, 6)
    assert not little.see(replace(STIFF, nose=0.10), 4).see(FRONT, 2).state.wants_more


def test_the_hint_to_turn_more_gives_as_much_time_as_a_prompt() -> None:
    attempt = Try().settled().until_asked()
    frames = round(RULES.answer_seconds / FRAME)
    attempt.see(FRONT, frames - 20).see(STIFF, 4).see(FRONT, 2)
    assert attempt.state.wants_more
    attempt.see(FRONT, 40)
    assert attempt.state.phase is Phase.ASKED, "the hint has to be heard, too"
    assert attempt.see(STIFF, 8).state.phase is Phase.RETURN
    late = Try().settled().until_asked().see(FRONT, 9).see(STIFF, 4).see(FRONT, frames)
    assert late.see(FRONT, 2).state.doubt is Doubt.LATE, "once only"


def test_a_turn_that_hovers_at_the_front_is_still_one_turn() -> None:
    hovering = replace(STIFF, nose=0.02 + RULES.front_ratio - 0.01)
    attempt = Try().settled().until_asked().see(FRONT, 6)
    for _ in range(7):
        attempt.see(STIFF).see(hovering)
    assert attempt.state.reach > 0
    assert attempt.see(STIFF, 8).state.phase is Phase.RETURN


def test_a_short_turn_is_not_believed_where_turns_are_all_that_is_asked() -> None:
    rolled_up = Try((LEFT_STEP, RIGHT_STEP, LEFT_STEP)).settled().until_asked().see(FRONT, 6)
    rolled_up.see(STIFF, 60)
    assert rolled_up.state.wants_more, "the hint is said all the same"
    assert rolled_up.state.phase is Phase.ASKED


def test_a_short_turn_is_believed_where_something_else_sees_the_head() -> None:
    turns = (LEFT_STEP, RIGHT_STEP, LEFT_STEP)
    stiff = Try(turns, guarded=True).settled().until_asked().see(FRONT, 6).see(STIFF, 60)
    assert stiff.state.phase is Phase.RETURN


def test_a_short_turn_needs_the_depth_of_a_head_where_nothing_guards_it() -> None:
    shallow = replace(FRONT, nose=0.17, span=0.86)  # 0.25 of the distance of the eyes
    for guarded in (False, True):
        attempt = Try((LEFT_STEP, RIGHT_STEP, BLINK), guarded=guarded).settled().until_asked()
        attempt.see(FRONT, 6).see(shallow, 40)
        assert (attempt.state.phase is Phase.RETURN) is guarded


def test_a_quick_turn_is_far_out_in_one_frame_only() -> None:
    further = replace(LEFT, nose=0.02 + RULES.near_front + 0.01, span=0.9)
    quick = Try().settled().until_asked().see(FRONT, 6).see(LEFT).see(further)
    assert quick.state.phase is Phase.RETURN
    slow = Try().settled().until_asked().see(FRONT, 6).see(further, 2)
    assert slow.state.phase is Phase.ASKED


def test_the_box_of_a_turned_face_is_uneven_before_the_turn_was_seen_too() -> None:
    tall = replace(HOME, height=round(HOME.height * 1.3))
    for asked, failed in ((LEFT_STEP, False), (BLINK, True)):
        attempt = Try((asked, RIGHT_STEP, BLINK)).settled().until_asked().see(FRONT, 6)
        seen = replace(FRONT, nose=0.02 + RULES.near_front, box=tall)
        assert (attempt.see(seen).state.doubt is Doubt.JUMPED) is failed


@pytest.mark.parametrize("turn_only", [False, True])
def test_all_challenges_of_a_try_say_whether_turns_may_stay_short(turn_only: bool) -> None:
    for short in (False, True):
        drawn = draw_all(Random(1).random, LIVENESS, turn_only=turn_only, guarded=short)
        assert [one.may_stay_short for one in drawn] == [short or not turn_only] * len(drawn)


def test_a_print_that_is_turned_a_little_is_not_believed() -> None:
    bent = replace(FRONT, nose=0.17, span=0.8)  # as far, and much narrower: without a head's depth
    attempt = Try().settled().until_asked().see(FRONT, 6).see(bent, 60)
    assert attempt.state.wants_more
    assert attempt.state.phase is Phase.ASKED


def returning() -> Try:
    """Return a try of who turned to the left as asked, and is still there."""
    attempt = Try().settled().until_asked().see(FRONT, 6).see(LEFT, 3)
    assert attempt.state.phase is Phase.RETURN
    return attempt


def test_a_head_that_is_still_turned_as_asked_is_compared_at_the_front_again() -> None:
    attempt = returning().see(LEFT, 5, apart=0.9)  # eyes that shut there make anybody unlike
    assert attempt.state.phase is Phase.RETURN
    assert attempt.see(replace(FRONT, nose=0.16), 2, apart=0.9).state.doubt is Doubt.SWAPPED


def test_the_box_of_a_turned_head_may_be_uneven_but_not_jump() -> None:
    uneven = replace(LEFT, box=replace(HOME, height=HOME.height * 1.3))
    assert returning().see(uneven).state.phase is Phase.RETURN
    jumped = replace(LEFT, box=replace(HOME, height=HOME.height * 1.5))
    assert returning().see(jumped).state.doubt is Doubt.JUMPED
    nearly = replace(LEFT, nose=0.15)  # on the way back
    attempt = returning().see(nearly).see(replace(nearly, box=uneven.box))
    assert attempt.state.doubt is Doubt.JUMPED
