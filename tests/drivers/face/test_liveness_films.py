"""Random films: none passes without each asked step, and slow people do."""

from __future__ import annotations

from math import exp

from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.face.detection.cues import FaceCues, Sighting
from drivers.face.liveness.liveness_check import advance
from drivers.face.liveness.rules import LivenessStep
from drivers.face.liveness.state import ENDED, Liveness, Phase
from tests.drivers.face.liveness_tries import (
    ASKED,
    AWAY,
    BLINK,
    BOWED,
    CLOSER,
    DOING,
    FLAT_LEFT,
    FRAME,
    FRONT,
    GAPING,
    HOME,
    LEFT,
    LEFT_STEP,
    MOUTH,
    NEARER,
    NOD,
    RIGHT,
    RULES,
    SHUT,
    Try,
    challenge,
)

FACES = st.one_of(
    st.sampled_from(
        [None, FRONT, FRONT, LEFT, RIGHT, SHUT, GAPING, BOWED, NEARER, FLAT_LEFT, AWAY]
    ),
    st.builds(
        FaceCues,
        box=st.just(HOME),
        nose=st.floats(-1, 1),
        span=st.floats(0.2, 1.3),
        openness=st.none() | st.floats(-0.1, 0.6),
        mouth=st.floats(0, 0.6),
        drop=st.floats(-0.3, 0.3),
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


def did(step: LivenessStep, prompted: Sighting, frames: list[Sighting], baseline) -> bool:
    """Tell whether these frames show the step, begun late enough after its prompt."""
    since = prompted.at
    seen = [one for one in frames if one.face is not None and one.at - since >= RULES.first_moment]
    if step is BLINK:
        limit = RULES.closed_asked * baseline.openness
        shut = [
            one.at for one in seen if one.face.openness is not None and one.face.openness <= limit
        ]
        return bool(shut) and seen[-1].at - shut[0] >= RULES.closed_seconds[0]
    if step is MOUTH:
        limit = baseline.mouth + RULES.mouth_rise
        return len([one for one in seen if one.face.mouth >= limit]) >= RULES.turn_frames
    if step is NOD:
        limit = baseline.drop + RULES.nod_drop
        return len([one for one in seen if one.face.drop >= limit]) >= RULES.turn_frames
    if step is CLOSER:
        limit = prompted.face.box.height * exp(RULES.closer_growth)
        return len([one for one in seen if one.face.box.height >= limit]) >= RULES.turn_frames
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
                assert did(step, film[begin], between, state.baseline), step
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
        stays = 3 if step is CLOSER else held  # who came closer hears the next prompt at once
        attempt.until_asked().see(FRONT, slow).see(DOING[step], stays).see(FRONT, rest + 1)
    assert attempt.state.phase is Phase.PASSED
