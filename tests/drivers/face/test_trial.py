"""Likeness and life make one decision, and nobody is called what she is not."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.face.decision import JudgedFrame, Thresholds, best, decided, proves
from drivers.face.detection.cues import Sighting
from drivers.face.engine.messages import FaceFinding
from drivers.face.liveness.challenge import Challenge
from drivers.face.liveness.motion import Baseline
from drivers.face.liveness.rules import LivenessStep
from drivers.face.liveness.state import Doubt, Phase
from drivers.face.trial import FaceTrial, TrialRules
from kiosk.failures import Failure
from kiosk.ports import Coach, FaceBand, FaceLook, ReferenceKind
from tests.drivers.face.conftest import CHIP, LIVENESS, POLICY, PORTRAIT
from tests.drivers.face.liveness_tries import FRONT, LEFT, RIGHT, SHUT

STEPS = (LivenessStep.TURN_LEFT, LivenessStep.BLINK, LivenessStep.TURN_RIGHT)
FACES = {Coach.TURN_LEFT: LEFT, Coach.TURN_RIGHT: RIGHT, Coach.CLOSE_EYES: SHUT}
DECISION = POLICY.decision
LIMITS = Thresholds(accept=0.3837, retry=0.4637)
RULES = replace(LIVENESS, same_person=0.4)


def new_trial(kind: ReferenceKind = PORTRAIT) -> FaceTrial:
    challenges = (Challenge(STEPS, (0.5, 0.5, 0.5)),) * 3
    rules = TrialRules(LIMITS, DECISION, RULES, kind)
    return FaceTrial(challenges, rules, engine="dlib128-55533b28")


class PersonBeforeTrial:
    """Stands before a trial at 15 frames a second; `distance` is that to the reference."""

    def __init__(self, trial: FaceTrial, distance: float = 0.3) -> None:
        self.trial, self.distance, self.number = trial, distance, 0

    def look(self, face=FRONT, **changes: object) -> FaceLook | Failure:
        self.number += 1
        front = face is FRONT or face is SHUT
        compared = front and self.trial.compares
        seen = FaceFinding(
            self.number,
            None if front else Coach.LOOK_STRAIGHT,
            face,
            quality=0.0,
            distance=self.distance + self.number / 10_000 if compared else None,
            apart=0.1 if compared else None,
        )
        return self.trial.take(
            self.number, self.number / 15, replace(seen, **changes), may_ask=True
        )

    def obeys(self, frames: int = 400) -> FaceLook | Failure:
        """Do what is asked after a third of a second; return how it ends."""
        prompt, since = None, 0
        for _ in range(frames):
            face = FACES[prompt] if prompt and 6 < self.number - since < 15 else FRONT
            found = self.look(face)
            if isinstance(found, Failure) or found.band is not None:
                return found
            if found.hint in FACES and found.hint is not prompt:
                prompt, since = found.hint, self.number
        raise AssertionError("no end")


def test_alike_and_alive_is_accepted() -> None:
    found = PersonBeforeTrial(new_trial()).obeys()
    assert isinstance(found, FaceLook)
    assert found.band is FaceBand.ACCEPT
    assert found.steps == ("turn_left", "blink", "turn_right")
    assert found.score == pytest.approx(0.3, abs=0.01)
    assert (found.threshold, found.engine) == (LIMITS.accept, "dlib128-55533b28")


@pytest.mark.parametrize(
    ("distance", "band"), [(0.45, FaceBand.RETRY), (0.7, FaceBand.OTHER_PROOF)]
)
def test_who_is_not_alike_is_asked_nothing(distance: float, band: FaceBand) -> None:
    person = PersonBeforeTrial(new_trial(), distance)
    looks = [person.look() for _ in range(32)]
    assert [look.hint for look in looks if isinstance(look, FaceLook)] == [None] * 32
    last = looks[-1]
    assert isinstance(last, FaceLook)
    assert last.band is band


def test_a_chip_photo_never_proves_alone() -> None:
    found = PersonBeforeTrial(new_trial(CHIP)).obeys()
    assert isinstance(found, FaceLook)
    assert found.band is FaceBand.OTHER_PROOF


def test_somebody_else_may_not_take_over_after_the_decision() -> None:
    person = PersonBeforeTrial(new_trial())
    while person.trial.liveness.phase is not Phase.RETURN:
        asked = person.trial.liveness.asked is not None
        moves = asked and person.number - round(person.trial.liveness.since * 15) > 6
        person.look(LEFT if moves else FRONT)
    person.distance = 0.6
    found = [person.look() for _ in range(RULES.strange_frames + 1)]
    assert found[-1] is Failure.FACE_NOT_ALIKE
    assert person.trial.liveness.done == ()


def test_one_hint_at_a_time() -> None:
    person = PersonBeforeTrial(new_trial())
    seen = []
    for _ in range(60):
        found = person.look(FRONT, hint=Coach.COME_CLOSER if person.number < 4 else None)
        assert isinstance(found, FaceLook)
        seen.append(found.hint)
    assert seen[0] is Coach.COME_CLOSER
    assert seen[-1] is Coach.TURN_LEFT
    asked = person.look(FRONT, hint=Coach.LOOK_STRAIGHT)
    assert isinstance(asked, FaceLook)
    assert asked.hint is Coach.TURN_LEFT, "what is asked is said, not what the coach wants"


def test_who_stays_short_of_a_turn_hears_how_to_go_on() -> None:
    person = PersonBeforeTrial(new_trial())
    while person.trial.liveness.asked is None:
        person.look()
    stiff = replace(FRONT, nose=0.17, span=0.95)
    seen = [person.look() for _ in range(6)] + [person.look(stiff) for _ in range(13)]
    assert [one.hint for one in seen if isinstance(one, FaceLook)][-1] is Coach.TURN_MORE


def test_a_mask_that_may_be_none_is_advice() -> None:
    person = PersonBeforeTrial(new_trial())
    found = None
    for _ in range(40):
        found = person.look(hint=Coach.TAKE_OFF_MASK)
    assert isinstance(found, FaceLook)
    assert person.trial.alike, "a bare face with the colours of a mask is compared"
    covered = PersonBeforeTrial(new_trial(), distance=0.9)
    looks = [covered.look(hint=Coach.TAKE_OFF_MASK) for _ in range(60)]
    assert all(isinstance(one, FaceLook) and one.band is None for one in looks)
    assert looks[-1].hint is Coach.TAKE_OFF_MASK, "who wears one is told so, and loses no try"


def test_every_phase_is_compared() -> None:
    trial = new_trial()
    for phase in (Phase.SETTLE, Phase.PAUSE, Phase.ASKED, Phase.RETURN):
        trial.liveness = replace(trial.liveness, phase=phase, last=Sighting(1.0, 1, 1, LEFT))
        trial.liveness = replace(trial.liveness, baseline=Baseline(0.0, 1.0))
        assert trial.wanted(640, 480).compare
    flat = FaceTrial(
        trial.challenges, replace(trial.rules, liveness=replace(RULES, turned_person=0))
    )
    flat.liveness = trial.liveness
    assert not flat.wanted(640, 480).compare, "dlib128 knows no turned faces"


def test_losing_her_loses_the_decision_too() -> None:
    person = PersonBeforeTrial(new_trial())
    for _ in range(20):
        person.look()
    assert person.trial.alike
    for _ in range(20):
        person.look(None, distance=None, apart=None)
    assert not person.trial.alike
    assert person.trial.part == 1
    found = person.obeys()
    assert isinstance(found, FaceLook)
    assert found.band is FaceBand.ACCEPT


@pytest.mark.parametrize(
    ("doubt", "step", "failure"),
    [
        (Doubt.LATE, 1, Failure.BLINK_NOT_SEEN),
        (Doubt.LATE, 0, Failure.FACE_NOT_LIVE),
        (Doubt.WRONG, 0, Failure.FACE_NOT_LIVE),
        (Doubt.SWAPPED, 0, Failure.FACE_NOT_ALIKE),
        (Doubt.FROZEN, 0, Failure.CAMERA_FROZEN),
        (Doubt.SLOW, 0, Failure.CAMERA_SLOW),
    ],
)
def test_what_a_doubt_is_called(doubt: Doubt, step: int, failure: Failure) -> None:
    person = PersonBeforeTrial(new_trial())
    state = replace(person.trial.liveness, phase=Phase.FAILED, doubt=doubt, done=STEPS[:step])
    person.trial.liveness = state
    assert person.look() is failure


def test_eyes_are_watched_where_they_matter() -> None:
    trial = new_trial()
    assert trial.watches_eyes
    for phase, done, watched in (
        (Phase.ASKED, 0, True),
        (Phase.PAUSE, 1, True),
        (Phase.RETURN, 1, False),
    ):
        trial.liveness = replace(trial.liveness, phase=phase, done=STEPS[:done])
        assert trial.watches_eyes is watched
    turns = Challenge(
        (LivenessStep.TURN_LEFT, LivenessStep.TURN_RIGHT, LivenessStep.TURN_LEFT), (0.5, 0.5, 0.5)
    )
    assert not FaceTrial((turns,) * 3, trial.rules).watches_eyes


# the best of several frames


def frames(*distances: float, every: float = 0.2) -> list[JudgedFrame]:
    return [JudgedFrame(at * every, -at, one) for at, one in enumerate(distances)]


def test_the_best_five_of_two_seconds_count() -> None:
    many = [JudgedFrame(at / 10, quality=at % 7, distance=at / 100) for at in range(40)]
    chosen = best(many, DECISION)
    assert len(chosen) == 5
    assert all(one >= 0.19 for one in chosen), "older than two seconds"
    assert best([], DECISION) == ()
    assert best(frames(0.3, 0.3, 0.3), DECISION) == (0.3,), "the same picture is one"


@pytest.mark.parametrize(
    ("distances", "now", "expected"),
    [
        ((0.3, 0.31, 0.32, 0.33), 0.7, None),
        ((0.3, 0.31, 0.32, 0.33, 0.34), 0.8, FaceBand.ACCEPT),
        ((0.3, 0.31, 0.32), 2.0, FaceBand.ACCEPT),
        ((0.3, 0.31), 2.0, FaceBand.RETRY),
        ((0.3, 0.45, 0.31, 0.46, 0.32), 0.8, FaceBand.ACCEPT),
        ((0.3, 0.5, 0.51, 0.52, 0.31), 0.8, None),
        ((0.3, 0.5, 0.51, 0.52, 0.31), 2.0, FaceBand.RETRY),
        ((0.7, 0.71), 2.0, FaceBand.OTHER_PROOF),
        ((), 9.0, None),
    ],
)
def test_when_it_is_decided(
    distances: tuple[float, ...], now: float, expected: FaceBand | None
) -> None:
    assert decided(frames(*distances), LIMITS, DECISION, now) is expected


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30), st.floats(0, 5))
def test_acceptance_needs_three_close_ones(distances: list[float], now: float) -> None:
    if decided(frames(*distances, every=0.05), LIMITS, DECISION, now) is FaceBand.ACCEPT:
        assert sum(one <= LIMITS.accept for one in set(distances)) >= DECISION.needed


@given(found=st.sampled_from(FaceBand), kind=st.sampled_from(ReferenceKind))
def test_only_a_portrait_proves(found: FaceBand, kind: ReferenceKind) -> None:
    proved = proves(found, kind) is FaceBand.ACCEPT
    assert proved == (found is FaceBand.ACCEPT and kind is PORTRAIT)
