"""Movements that are a measure's rise above the person's own: mouth, nod, coming closer."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, log
from typing import TYPE_CHECKING

from drivers.face.liveness.rules import LivenessRules, LivenessStep

if TYPE_CHECKING:
    from drivers.face.detection.cues import FaceCues
    from drivers.face.liveness.motion import Baseline

RISES = frozenset({LivenessStep.MOUTH, LivenessStep.NOD, LivenessStep.CLOSER})


@dataclass(frozen=True)
class Rise:
    """How far a measure is above the person's own, when that counts, and when it is at rest."""

    value: float
    least: float
    rest: float

    @property
    def is_enough(self) -> bool:
        """Tell whether it is as far as people only go on purpose."""
        return self.value >= self.least

    @property
    def rests(self) -> bool:
        """Tell whether it is as it was at first; nobody has to step back who came closer."""
        return self.value <= self.rest


def rise_of(step: LivenessStep, baseline: Baseline, face: FaceCues, rules: LivenessRules) -> Rise:
    """Return the rise that a step asks for, in the present look.

    `face` is the present look, `baseline` the frontal one of the same person; the limits are in
    `rules`. Steps that are no rise of a measure are always at rest.
    """
    match step:
        case LivenessStep.MOUTH:
            return Rise(face.mouth - baseline.mouth, rules.mouth_rise, rules.mouth_rest)
        case LivenessStep.NOD:
            return Rise(face.drop - baseline.drop, rules.nod_drop, rules.nod_rest)
        case LivenessStep.CLOSER:
            grown = log(max(face.box.height, 1.0) / max(baseline.height, 1.0))
            return Rise(grown, rules.closer_growth, inf)
        case _:
            return Rise(0.0, inf, inf)
