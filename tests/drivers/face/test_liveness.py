"""The machine accepts only who did each asked step, after it was asked, in its order.

Properties over frames of any kind in any order; an oracle of a few lines, written apart from the
machine, says what must have been seen whenever it passes.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import permutations
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.face.detection.cues import FaceBox, FaceCues, Sighting
from drivers.face.liveness.challenge import Challenge, draw, draw_all
from drivers.face.liveness.liveness_check import ENDED, Doubt, Liveness, Phase, advance
from drivers.face.liveness.rules import LivenessStep
from tests.drivers.face.conftest import POLICY

RULES = replace(POLICY.liveness, settle_frames=2, pause=(0.1, 0.1), turn_frames=2)
HOME = FaceBox(200, 100, 160, 200)
FRONT = FaceCues(HOME, 0.02, 1.0, 0.32)
LEFT = replace(FRONT, nose=0.42, span=0.8)
RIGHT = replace(FRONT, nose=-0.38, span=0.8)
SHUT = replace(FRONT, openness=0.05)
GAPING = replace(FRONT, mouth=0.4)
FLAT_LEFT = replace(FRONT, nose=0.3, span=0.5)  # a bent print: little depth for so much turn
AWAY = replace(FRONT, box=FaceBox(700, 100, 160, 200))
FRAME = 1 / 15
LEFT_STEP, RIGHT_STEP, BLINK, MOUTH = (
    LivenessStep.TURN_LEFT,
    LivenessStep.TURN_RIGHT,
    LivenessStep.BLINK,
    LivenessStep.MOUTH,
)
ORDERS = list(permutations((LEFT_STEP, RIGHT_STEP, BLINK)))
DOING = {LEFT_STEP: LEFT, RIGHT_STEP: RIGHT, BLINK: SHUT, MOUTH: GAPING}
ASKED = st.one_of(  # as config/face.toml has it, with the mouth for the eyes, and with all four
    st.permutations([LEFT_STEP, RIGHT_STEP, BLINK]),
    st.permutations([LEFT_STEP, RIGHT_STEP, MOUTH]),
    st.permutations(list(DOING)),
)


def challenge(*steps: LivenessStep) -> Challenge:
    return Challenge(steps, (0.1,) * len(steps))


@dataclass
class Try:
    """A try under test: each frame is another picture, a fifteenth of a second later."""

    steps: tuple[LivenessStep, ...] = (LEFT_STEP, BLINK, RIGHT_STEP)
    may_ask: bool = True
    at: float = 100.0
    sequence: int = 0
    state: Liveness = field(init=False)

    def __post_init__(self) -> None:
        drawn = tuple(challenge(*self.steps) for _ in range(RULES.restarts + 1))
        self.state = Liveness(drawn)

    def see(self, face: FaceCues | None, times: int = 1, **changes: object) -> Try:
        for _ in range(times):
            front = face is not None and abs(face.nose) < 0.15
            seen = Sighting(
                self.at, self.sequence, self.sequence, face, front, 0.1 if front else None
            )
            self.state = advance(self.state, replace(seen, **changes), RULES, may_ask=self.may_ask)
            self.at += FRAME
            self.sequence += 1
        return self

    def settled(self) -> Try:
        return self.see(FRONT, 2)

    def until_asked(self) -> Try:
        for _ in range(40):
            if self.state.asked is not None or self.state.phase in ENDED:
                return self
            self.see(FRONT)
        raise AssertionError("nothing is asked")

    def doing(self, step: LivenessStep) -> Try:
        """Wait for the prompt, hear it, do it, and look ahead again."""
        return self.until_asked().see(FRONT, 6).see(DOING[step], 8).see(FRONT, 2)


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
        (lambda t: t.see(FRONT, 6).see(replace(FRONT, nose=0.2), 130), Doubt.LATE),
        (lambda t: t.see(FRONT, 20, fingerprint=77), Doubt.FROZEN),
        (lambda t: t.see(FRONT, 1, fingerprint=0).see(FRONT, 1, fingerprint=1), Doubt.REPEATED),
        (lambda t: t.see(FRONT, 1, vendor=False), Doubt.SENSOR),
        (lambda t: t.see(FRONT, 1, infrared=False), Doubt.SENSOR),
        (lambda t: t.see(FRONT, 5, apart=0.7), Doubt.SWAPPED),
        (lambda t: t.see(FRONT, 6).see(LEFT, 3).see(FRONT, 6, apart=0.7), Doubt.SWAPPED),
        (lambda t: t.see(FRONT, 6).see(LEFT, 3).see(RIGHT, 1), Doubt.EARLY),
    ],
)
def test_what_ends_a_try(frames, doubt: Doubt) -> None:
    attempt = frames(Try().settled().until_asked())
    assert attempt.state.phase is Phase.FAILED
    assert attempt.state.doubt is doubt


def test_a_look_from_the_side_is_not_called_another_person() -> None:
    attempt = Try().settled().until_asked().see(FRONT, 6)
    attempt.see(replace(LEFT, nose=0.15), 9, apart=0.7)
    assert attempt.state.phase is Phase.ASKED


def test_a_turn_before_anything_is_asked_ends_a_try() -> None:
    assert Try().settled().see(LEFT).state.doubt is Doubt.EARLY


def test_a_sensor_that_says_yes_is_not_enough() -> None:
    attempt = Try().settled().until_asked().see(FRONT, 9, vendor=True, infrared=True)
    assert attempt.state.phase is Phase.ASKED


def test_turning_during_a_blink_is_something_else() -> None:
    attempt = Try((BLINK, LEFT_STEP, RIGHT_STEP)).settled().until_asked().see(FRONT, 5)
    assert attempt.see(LEFT).state.doubt is Doubt.WRONG


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
    ],
)
def test_what_a_blink_is(frames, passes: bool) -> None:
    attempt = frames(Try((BLINK, LEFT_STEP, RIGHT_STEP)).settled().until_asked())
    assert (attempt.state.done == (BLINK,)) is passes


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


# chance


@given(seed=st.integers(0, 10_000), turn_only=st.booleans())
def test_every_challenge_asks_for_both_turns(seed: int, turn_only: bool) -> None:
    drawn = draw(Random(seed).random, POLICY.liveness, turn_only=turn_only)
    assert {LEFT_STEP, RIGHT_STEP} <= set(drawn.steps)
    assert (BLINK in drawn.steps) is not turn_only
    least, most = POLICY.liveness.pause
    assert all(least <= pause <= most for pause in drawn.pauses)
    assert len(drawn.pauses) == len(drawn.steps) == 3


def test_the_mouth_is_asked_for_where_the_numbers_say_so() -> None:
    rules = replace(POLICY.liveness, actions=(LEFT_STEP, RIGHT_STEP, BLINK, MOUTH))
    random = Random(7).random
    orders = {draw(random, rules, turn_only=False).steps for _ in range(600)}
    assert len(orders) == 24
    assert MOUTH not in draw(random, rules, turn_only=True).steps


@pytest.mark.parametrize("turn_only", [False, True])
def test_all_six_orders_are_drawn_about_equally_often(turn_only: bool) -> None:
    random = Random(5)
    counts: dict[tuple[LivenessStep, ...], int] = {}
    for _ in range(1200):
        steps = draw(random.random, POLICY.liveness, turn_only=turn_only).steps
        counts[steps] = counts.get(steps, 0) + 1
    assert len(counts) == 6
    assert min(counts.values()) > 140
    assert len(draw_all(random.random, POLICY.liveness, turn_only=False)) == 3


# properties

FACES = st.one_of(
    st.sampled_from([None, FRONT, FRONT, LEFT, RIGHT, SHUT, GAPING, FLAT_LEFT, AWAY]),
    st.builds(
        FaceCues,
        box=st.just(HOME),
        nose=st.floats(-1, 1),
        span=st.floats(0.2, 1.3),
        openness=st.none() | st.floats(-0.1, 0.6),
        mouth=st.floats(0, 0.6),
    ),
)


@st.composite
def films(draw_one: st.DrawFn) -> list[Sighting]:
    """Draw frames: stretches of one face each, at an uneven pace, compared or not."""
    at, frames = 50.0, []
    for _ in range(draw_one(st.integers(1, 40))):
        face = draw_one(FACES)
        good, apart = draw_one(st.booleans()), draw_one(st.sampled_from([None, 0.1, 0.1, 0.9]))
        gap = draw_one(st.sampled_from([0.03, 0.07, 0.1, 0.4]))
        for _ in range(draw_one(st.integers(1, 12))):
            at += gap
            frames.append(Sighting(at, round(at * 15), len(frames), face, good, apart))
    return frames


@st.composite
def performances(draw_one: st.DrawFn) -> list[Sighting]:
    """Draw frames of somebody who does steps in any order, at any pace, with slips."""
    at, frames = 50.0, []
    stretches = [(FRONT, draw_one(st.integers(2, 12)))]
    for _ in range(draw_one(st.integers(1, 5))):
        step = draw_one(st.sampled_from(list(DOING)))
        stretches.append((DOING[step], draw_one(st.integers(1, 12))))
        stretches.append((FRONT, draw_one(st.integers(1, 14))))
    for face, times in stretches:
        for _ in range(times):
            at += FRAME
            shown = draw_one(FACES) if draw_one(st.integers(0, 60)) == 0 else face
            good = shown is FRONT
            frames.append(
                Sighting(at, round(at * 15), len(frames), shown, good, 0.1 if good else None)
            )
    return frames


def did(step: LivenessStep, since: float, frames: list[Sighting], baseline) -> bool:
    """Tell whether these frames show the step, begun late enough after its prompt."""
    seen = [one for one in frames if one.face is not None and one.at - since >= RULES.first_moment]
    if step is BLINK:
        limit = RULES.closed_share * baseline.openness
        shut = [
            one.at for one in seen if one.face.openness is not None and one.face.openness <= limit
        ]
        return bool(shut) and seen[-1].at - shut[0] >= RULES.closed_seconds[0]
    if step is MOUTH:
        limit = baseline.mouth + RULES.mouth_rise
        return len([one for one in seen if one.face.mouth >= limit]) >= RULES.turn_frames
    sign = 1 if step is LEFT_STEP else -1
    away = [one for one in seen if sign * (one.face.nose - baseline.nose) >= RULES.turn_ratio]
    return len(away) >= RULES.turn_frames


@settings(max_examples=400)
@given(
    film=st.one_of(films(), performances()),
    asked=ASKED,
    may_ask=st.booleans(),
)
def test_no_film_passes_without_each_asked_step(
    film: list[Sighting], asked: list[LivenessStep], may_ask: bool
) -> None:
    state = Liveness(tuple(challenge(*asked) for _ in range(RULES.restarts + 1)))
    prompts: list[tuple[LivenessStep, int]] = []
    for number, frame in enumerate(film):
        before = state
        state = advance(before, frame, RULES, may_ask=may_ask)
        if state.part != before.part:
            prompts = []
        if state.asked is not None and before.asked is None:
            prompts.append((state.asked, number))
        assert len(state.done) - len(before.done) <= 1
        if state.phase is Phase.PASSED and before.phase is not Phase.PASSED:
            assert [step for step, _ in prompts] == list(asked)
            ends = [begin for _, begin in prompts[1:]] + [number + 1]
            for (step, begin), end in zip(prompts, ends, strict=True):
                between = film[begin + 1 : end]
                assert did(step, film[begin].at, between, state.baseline), step
                assert any(one.good and one.apart == 0.1 for one in between)
    if not may_ask:
        assert state.phase is not Phase.PASSED
        assert not prompts


@settings(max_examples=150)
@given(
    asked=ASKED,
    left_out=st.data(),
    slow=st.integers(4, 30),
    held=st.integers(8, 20),
)
def test_who_leaves_one_step_out_never_passes(
    asked: list[LivenessStep], left_out: st.DataObject, slow: int, held: int
) -> None:
    missing = left_out.draw(st.sampled_from(asked))
    attempt = Try(tuple(asked)).settled()
    for _ in range(8):
        if attempt.state.asked is None and attempt.state.phase not in ENDED:
            attempt.until_asked()
        step = attempt.state.asked
        if step is None:
            break
        attempt.see(FRONT, slow)
        if step is not missing:
            attempt.see(DOING[step], held)
        attempt.see(FRONT, 3)
    assert attempt.state.phase is not Phase.PASSED


@settings(max_examples=200)
@given(
    asked=ASKED,
    slow=st.integers(4, 60),
    held=st.integers(7, 25),
    rest=st.integers(1, 20),
)
def test_slow_people_pass(asked: list[LivenessStep], slow: int, held: int, rest: int) -> None:
    attempt = Try(tuple(asked)).settled()
    for step in asked:
        attempt.until_asked().see(FRONT, slow).see(DOING[step], held).see(FRONT, rest + 1)
    assert attempt.state.phase is Phase.PASSED
