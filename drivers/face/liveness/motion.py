"""The test that a head turned, and not a picture of one, against the person's own frontal look."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from drivers.face.detection.cues import FaceCues
    from drivers.face.liveness.rules import LivenessRules

LEAST_SHORTENING = 0.02  # of 1 - cos²: below, the shortening is lost in the noise


@dataclass(frozen=True)
class Baseline:
    """The person's own frontal look: medians of `FaceCues`; `height` is that of the face's box."""

    nose: float
    span: float
    openness: float = 0.0
    mouth: float = 0.0
    drop: float = 0.0
    height: float = 0.0


def turned(
    baseline: Baseline, face: FaceCues, rules: LivenessRules, least: float | None = None
) -> bool:
    """Tell whether a head turned: the nose moved far enough, and as far as only a real nose does.

    `face` is the present look, `baseline` the frontal one of the same person; the limits are in
    `rules`. `least` is another `turn_ratio`, a share of the distance of the
    eyes, for who can't turn so far.
    """
    shift = abs(face.nose - baseline.nose)
    enough = rules.turn_ratio if least is None else least
    return shift >= enough and depth(baseline, face) >= rules.turn_depth


def depth(baseline: Baseline, face: FaceCues) -> float:
    """Return how far the nose stands out from the eyes, in distances of the eyes.

    A turn by an angle a shortens the distance of the eyes to its cosine and moves the nose by its
    own depth times the sine. A flat print moves nothing (0), one bent by hand a little; a real nose
    stands out by about half the distance of the eyes.
    """
    shortened = min(1.0, face.span / max(baseline.span, 1e-6))
    shift = abs(face.nose - baseline.nose) * shortened
    return shift / sqrt(max(LEAST_SHORTENING, 1 - shortened**2))
