"""A nod and a step nearer, as further movements of a challenge: their limits, and who passes."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from drivers.face.engine.face_engine import FaceEngine
from drivers.face.liveness.challenge import draw
from drivers.face.liveness.rules import TURNS, LivenessStep
from drivers.face.liveness.state import Doubt, Phase
from drivers.simulated.scenes.clip import Species
from drivers.simulated.scenes.head import STILL, Gesture, approached
from drivers.simulated.scenes.performer import CLOSER as STEP_NEARER
from drivers.simulated.scenes.performer import Performer
from script.benches.face.face_clips import RATE
from script.benches.face.face_flow import play
from tests.drivers.face.conftest import LIVENESS
from tests.drivers.face.liveness_tries import (
    BLINK,
    BOWED,
    CLOSER,
    FRONT,
    LEFT,
    LEFT_STEP,
    NEARER,
    NOD,
    RIGHT_STEP,
    SHUT,
    Try,
)

ALL = replace(LIVENESS, actions=(*TURNS, BLINK, NOD, CLOSER))


def test_each_try_asks_for_a_turn_closed_eyes_and_one_more_by_lot() -> None:
    random = Random(11).random
    drawn = [draw(random, ALL, turn_only=False).steps for _ in range(3000)]
    assert all(len(set(steps)) == 3 and BLINK in steps for steps in drawn)
    assert all(set(TURNS) & set(steps) for steps in drawn)
    assert len(set(drawn)) == 30, "a film that happens to fit is one in thirty, not one in six"
    assert {NOD, CLOSER} <= {step for steps in drawn for step in steps}
    least = min(drawn.count(steps) for steps in set(drawn))
    assert least > 50


def test_who_is_asked_for_turns_alone_neither_nods_nor_comes_nearer() -> None:
    random = Random(12).random
    drawn = {draw(random, ALL, turn_only=True).steps for _ in range(200)}
    assert {step for steps in drawn for step in steps} == set(TURNS)


@pytest.mark.parametrize(
    ("frames", "passes"),
    [
        (lambda t: t.see(FRONT, 6).see(BOWED, 3).see(FRONT, 2), True),
        (lambda t: t.see(FRONT, 6).see(BOWED, 1).see(FRONT, 2), False),
        (lambda t: t.see(FRONT, 6).see(replace(FRONT, drop=0.07), 9).see(FRONT, 2), False),
        (lambda t: t.see(FRONT, 6).see(BOWED, 9), False),  # the head is still down
        (lambda t: t.see(FRONT, 6).see(LEFT, 9).see(FRONT, 2), False),
        (lambda t: t.see(FRONT, 6).see(NEARER, 9).see(FRONT, 2), False),
    ],
)
def test_what_a_nod_is(frames, passes: bool) -> None:
    attempt = frames(Try((NOD, LEFT_STEP, BLINK)).settled().until_asked())
    assert (attempt.state.done == (NOD,)) is passes


def test_a_head_that_was_down_before_is_no_answer() -> None:
    attempt = Try((NOD, LEFT_STEP, BLINK)).settled().see(BOWED, 9)
    assert attempt.state.asked is None
    assert attempt.until_asked().see(BOWED, 3).state.doubt is Doubt.EARLY


def test_lids_of_a_bowed_head_seem_shut_and_its_face_is_less_alike() -> None:
    looking_down = replace(BOWED, openness=SHUT.openness)
    attempt = Try((NOD, LEFT_STEP, BLINK)).settled().until_asked().see(FRONT, 6)
    attempt.see(looking_down, 12, apart=LIVENESS.turned_person)
    assert attempt.state.phase is Phase.RETURN
    assert attempt.see(FRONT, 2).state.done == (NOD,)
    other = Try((NOD, LEFT_STEP, BLINK)).settled().until_asked().see(FRONT, 6)
    other.see(BOWED, 2, apart=LIVENESS.turned_person + 0.01)
    assert other.state.doubt is Doubt.SWAPPED
    asked_to_turn = Try((LEFT_STEP, NOD, BLINK)).settled().until_asked().see(FRONT, 6)
    asked_to_turn.see(BOWED, 2, apart=LIVENESS.turned_person)
    assert asked_to_turn.state.doubt is Doubt.SWAPPED, "only who was asked to nod is bowed"


@pytest.mark.parametrize(
    ("frames", "passes"),
    [
        (lambda t: t.see(FRONT, 6).see(NEARER, 4), True),  # and may stay there
        (lambda t: t.see(FRONT, 6).see(NEARER, 4).see(FRONT, 2), True),
        (lambda t: t.see(FRONT, 6).see(NEARER, 1).see(FRONT, 2), False),
        (lambda t: t.see(FRONT, 6).see(BOWED, 9).see(FRONT, 2), False),
        (lambda t: t.see(FRONT, 6).see(LEFT, 9).see(FRONT, 2), False),
    ],
)
def test_what_a_step_nearer_is(frames, passes: bool) -> None:
    attempt = frames(Try((CLOSER, LEFT_STEP, BLINK)).settled().until_asked())
    assert (attempt.state.done == (CLOSER,)) is passes


def test_a_step_nearer_is_measured_from_its_prompt_and_begins_after_it() -> None:
    nearer_before = Try((CLOSER, LEFT_STEP, BLINK), may_ask=False).settled().see(NEARER, 3)
    nearer_before.may_ask = True
    nearer_before.see(NEARER, 9)
    assert nearer_before.state.asked is CLOSER, "who is near already has to come nearer still"
    assert nearer_before.see(NEARER, 9).state.done == ()
    assert Try((CLOSER,)).settled().until_asked().see(NEARER, 1).state.doubt is Doubt.EARLY


@pytest.mark.parametrize(
    ("steps", "instead"),
    [
        ((CLOSER, LEFT_STEP, BLINK), RIGHT_STEP),
        ((CLOSER, RIGHT_STEP, BLINK), LEFT_STEP),
        ((CLOSER, *TURNS), TURNS[0]),
    ],
)
def test_who_is_as_near_as_one_may_be_turns_instead(
    steps: tuple[LivenessStep, ...], instead: LivenessStep
) -> None:
    large = replace(FRONT, room=LIVENESS.closer_room - 0.01)
    attempt = Try(steps).settled()
    attempt.see(large, 5)
    assert attempt.state.asked is instead
    assert attempt.state.challenge.steps == (instead, *steps[1:])


@pytest.mark.parametrize("step", [NOD, CLOSER])
@pytest.mark.parametrize(
    ("species", "passes"), [(Species.GENUINE, True), (Species.EYE_HOLES, False)]
)
def test_the_rendered_person_nods_and_comes_nearer(
    engine: FaceEngine, step: LivenessStep, species: Species, passes: bool
) -> None:
    rules = replace(LIVENESS, actions=(*TURNS, BLINK, step), steps=4)
    verdict = play(engine, species, 3, RATE, rules=rules)
    assert verdict.accepted is passes, verdict


def test_who_came_nearer_stays_there() -> None:
    person = Performer()
    assert approached(1.5, STILL) == 1.5
    person.prompt(STEP_NEARER, 1.0)
    sizes = [approached(1.0, person.gesture(at)) for at in (1.0, 2.0, 5.0)]
    person.prompt("turn_left", 6.0)
    sizes.append(approached(1.0, person.gesture(20.0)))
    assert sizes[0] == 1.0 < sizes[1] < sizes[2] == sizes[3] == approached(1.0, Gesture(nearer=1.0))
