"""Frames of a face, and tries of the liveness check over them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import permutations

from hypothesis import strategies as st

from drivers.face.detection.cues import FaceBox, FaceCues, Sighting
from drivers.face.liveness.challenge import Challenge
from drivers.face.liveness.liveness_check import advance
from drivers.face.liveness.rules import LivenessStep
from drivers.face.liveness.state import ENDED, Liveness
from tests.drivers.face.conftest import LIVENESS

RULES = replace(LIVENESS, settle_frames=2, pause=(0.1, 0.1), turn_frames=2)
HOME = FaceBox(200, 100, 160, 200)
FRONT = FaceCues(HOME, 0.02, 1.0, 0.32)
LEFT = replace(FRONT, nose=0.42, span=0.8)
RIGHT = replace(FRONT, nose=-0.38, span=0.8)
SHUT = replace(FRONT, openness=0.05)
GAPING = replace(FRONT, mouth=0.4)
BOWED = replace(FRONT, drop=0.15)
NEARER = replace(FRONT, box=FaceBox(184, 80, 192, 240))
FLAT_LEFT = replace(FRONT, nose=0.3, span=0.5)  # a bent print: little depth for so much turn
AWAY = replace(FRONT, box=FaceBox(700, 100, 160, 200))
FRAME = 1 / 15
LEFT_STEP, RIGHT_STEP, BLINK, MOUTH, NOD, CLOSER = (
    LivenessStep.TURN_LEFT,
    LivenessStep.TURN_RIGHT,
    LivenessStep.BLINK,
    LivenessStep.MOUTH,
    LivenessStep.NOD,
    LivenessStep.CLOSER,
)
ORDERS = list(permutations((LEFT_STEP, RIGHT_STEP, BLINK)))
DOING = {
    LEFT_STEP: LEFT,
    RIGHT_STEP: RIGHT,
    BLINK: SHUT,
    MOUTH: GAPING,
    NOD: BOWED,
    CLOSER: NEARER,
}
ASKED = st.one_of(  # as config/face.toml has it, with the mouth for the eyes, and with all of them
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
    guarded: bool = False
    at: float = 100.0
    sequence: int = 0
    state: Liveness = field(init=False)

    def __post_init__(self) -> None:
        drawn = (replace(challenge(*self.steps), guarded=self.guarded),)
        drawn *= RULES.restarts + 1
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
