"""One try of the face check: takes frames, gives a hint or a band; likeness and life together."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import inf
from statistics import fmean
from typing import TYPE_CHECKING

from drivers.face.decision import JudgedFrame, best, decided, proves
from drivers.face.detection.cues import NO_SECOND_LOOK, Sighting
from drivers.face.engine.messages import LookRequest
from drivers.face.liveness.liveness_check import advance
from drivers.face.liveness.rules import LivenessStep
from drivers.face.liveness.state import Doubt, Liveness, Phase
from drivers.face.second_camera import Agreement
from kiosk.failures import Failure
from kiosk.ports import Coach, FaceBand, FaceLook, ReferenceKind

if TYPE_CHECKING:
    from drivers.face.decision import DecisionRules, Thresholds
    from drivers.face.detection.cues import SecondLook
    from drivers.face.engine.messages import FaceFinding
    from drivers.face.liveness.challenge import Challenge
    from drivers.face.liveness.rules import LivenessRules

PROMPTS = {
    LivenessStep.TURN_LEFT: Coach.TURN_LEFT,
    LivenessStep.TURN_RIGHT: Coach.TURN_RIGHT,
    LivenessStep.BLINK: Coach.CLOSE_EYES,
    LivenessStep.MOUTH: Coach.OPEN_MOUTH,
    LivenessStep.NOD: Coach.NOD,
    LivenessStep.CLOSER: Coach.COME_CLOSER,
}
NEARLY = 1.5  # times the frontal range
FAILURES = {
    Doubt.FROZEN: Failure.CAMERA_FROZEN,
    Doubt.SLOW: Failure.CAMERA_SLOW,
    Doubt.SWAPPED: Failure.FACE_NOT_ALIKE,
}


@dataclass(frozen=True)
class TrialRules:
    """The rules of a try; `thresholds` are those of the reference's kind."""

    thresholds: Thresholds
    decision: DecisionRules
    liveness: LivenessRules
    reference: ReferenceKind = ReferenceKind.PORTRAIT


@dataclass
class FaceTrial:
    """One try of one person. Likeness comes first: no movement is asked of who is not alike.

    `challenges` are the first, and one for each restart; `engine` is the version for the record.
    `first_part` is the number of its first part, another one for each try.
    """

    challenges: tuple[Challenge, ...]
    rules: TrialRules
    engine: str = ""
    first_part: int = 0
    liveness: Liveness = field(init=False)
    _judged: list[JudgedFrame] = field(default_factory=list)
    _alike: FaceBand | None = None
    _score: float = 0.0
    _unseen: int = 0
    _agreement: Agreement = field(default_factory=Agreement)

    def __post_init__(self) -> None:
        self.liveness = Liveness(self.challenges)

    @property
    def alike(self) -> bool:
        """Tell whether the faces are alike; that alone proves nothing."""
        return self._alike is FaceBand.ACCEPT

    def wanted(self, width: int, height: int) -> LookRequest:
        """Return what to ask the engine about the next frame, of this size in pixels."""
        return LookRequest(
            width,
            height,
            compare=self.compares,
            follow=self.alike,
            eyes=self.watches_eyes,
            part=self.part,
        )

    @property
    def compares(self) -> bool:
        """Tell whether the next frame has to be compared, which takes the longest of all steps.

        In every phase: somebody else's face could take its place during a movement, too. Who is
        turned away is compared only by engines that can tell turned faces apart.
        """
        return bool(self.rules.liveness.turned_person) or self._nearly_frontal()

    @property
    def watches_eyes(self) -> bool:
        """Tell whether the next frame's eyes matter: not when only turns are asked."""
        live = self.liveness
        watched = (Phase.SETTLE, Phase.PAUSE, Phase.ASKED)
        return LivenessStep.BLINK in live.challenge.steps and live.phase in watched

    @property
    def part(self) -> int:
        """Return the number of this part of the try; continuity was lost between two parts."""
        return self.first_part + self.liveness.part

    def take(
        self,
        sequence: int,
        at: float,
        seen: FaceFinding,
        *,
        may_ask: bool,
        second: SecondLook = NO_SECOND_LOOK,
    ) -> FaceLook | Failure:
        """Return what to tell the person after one more frame, or the failure of the try.

        `sequence` is the camera's count of frames, `at` the frame's instant in seconds. Nothing new
        is asked while `may_ask` is false. `second` is what other sensors say of the same moment.

        `seen` is what the engine found in it.
        """
        part = self.liveness.part
        sighting = Sighting(
            at,
            sequence,
            seen.fingerprint,
            seen.cues,
            seen.good,
            self._apart(seen),
            self._second(seen, second),
            second.vendor,
        )
        may_ask = may_ask and self.alike
        self.liveness = advance(self.liveness, sighting, self.rules.liveness, may_ask=may_ask)
        # After a break in continuity it may be another face: likeness is shown anew.
        if self.liveness.part != part:
            self._judged, self._alike = [], None
        elif seen.distance is not None and not self.alike and self._counts(seen):
            self._judge(at, seen.quality, seen.distance)
        return self._answer(sequence, seen)

    def _second(self, seen: FaceFinding, second: SecondLook) -> bool | None:
        """Return what the second camera says; "no" also when it sees somebody else, or late."""
        live, rules = self.liveness, self.rules.liveness
        front = live.baseline.nose if live.baseline else None
        self._agreement = self._agreement.after(seen.cues, front, second, rules)
        return (
            False if self._agreement.apart >= rules.second_apart else self._infrared(seen, second)
        )

    def _infrared(self, seen: FaceFinding, second: SecondLook) -> bool | None:
        """Return what the second camera says: "no" only of a face that it misses again and again.

        A screen is dark to infrared, but a detector may miss a face once.
        """
        if seen.cues is None or second.infrared is not False:
            self._unseen = 0
            return second.infrared
        self._unseen += 1
        return False if self._unseen >= self.rules.liveness.infrared_misses else None

    def _nearly_frontal(self) -> bool:
        """Tell whether the last look was so near to the front that the next may well be frontal."""
        live = self.liveness
        if live.baseline is None or live.last is None or live.last.face is None:
            return True
        away = abs(live.last.face.nose - live.baseline.nose)
        return away <= NEARLY * self.rules.liveness.front_ratio

    def _apart(self, seen: FaceFinding) -> float | None:
        """Return the distance to the person's first look; infinite when the portrait is not alike.

        A look after a movement is not the best one, so it has to be within `retry` only.
        """
        other = seen.distance is not None and seen.distance > self.rules.thresholds.retry
        return inf if self.alike and other else seen.apart

    def _counts(self, seen: FaceFinding) -> bool:
        """Tell whether a look counts: one with a mask, if it is one, never against the person."""
        accept = self.rules.thresholds.accept
        return seen.hint is None or (seen.distance is not None and seen.distance <= accept)

    def _judge(self, at: float, quality: float, distance: float) -> None:
        thresholds, decision = self.rules.thresholds, self.rules.decision
        self._judged.append(JudgedFrame(at, quality, distance))
        self._alike = decided(self._judged, thresholds, decision, at)
        self._score = fmean(best(self._judged, decision))

    def _answer(self, sequence: int, seen: FaceFinding) -> FaceLook | Failure:
        live = self.liveness
        if live.doubt is not None:
            return _failure(live)
        if self._alike not in (None, FaceBand.ACCEPT):
            return self._look(sequence, band=self._alike)
        if live.phase is Phase.PASSED and self.alike:
            return self._look(sequence, band=proves(FaceBand.ACCEPT, self.rules.reference))
        return self._look(sequence, hint=self._hint(seen.hint))

    def _hint(self, coach: Coach | None) -> Coach | None:
        live = self.liveness
        if live.wants_more:
            return Coach.TURN_MORE
        if live.asked is not None:
            return PROMPTS[live.asked]
        if live.phase is Phase.RETURN:
            return Coach.FACE_FRONT
        return coach

    def _look(
        self, sequence: int, hint: Coach | None = None, band: FaceBand | None = None
    ) -> FaceLook:
        steps = tuple(step.value for step in self.liveness.done)
        threshold = self.rules.thresholds.accept
        return FaceLook(sequence, hint, band, self._score, threshold, self.engine, steps)


def _failure(live: Liveness) -> Failure:
    """Return the failure for a doubt: nobody is told what gave it away, nor called no person."""
    assert live.doubt is not None
    unseen = live.doubt is Doubt.LATE and live.undone is LivenessStep.BLINK
    return Failure.BLINK_NOT_SEEN if unseen else FAILURES.get(live.doubt, Failure.FACE_NOT_LIVE)
