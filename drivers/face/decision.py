"""The decision on likeness: from the distances of several frames to a band, by given thresholds."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import fmean
from typing import TYPE_CHECKING

from kiosk.ports import FaceBand, ReferenceKind

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True)
class Thresholds:
    """The greatest distances that are accepted and that deserve another look (config/face.toml).

    `accept` <= `retry`.
    """

    accept: float
    retry: float


@dataclass(frozen=True)
class DecisionRules:
    """The rule for how many frames decide.

    `needed` of the best `frames` frames within `seconds` must be accepted.
    """

    frames: int
    needed: int
    seconds: float


@dataclass(frozen=True)
class JudgedFrame:
    """One good frame: its instant in seconds, its quality (more is better), and its distance."""

    at: float
    quality: float
    distance: float


def band(distances: Sequence[float], thresholds: Thresholds, needed: int = 1) -> FaceBand:
    """Return the band of several good frames of one try, from their distances to the portrait.

    Accepted only when their mean and at least `needed` of them are within `accept`; with fewer
    than `needed` frames the answer is at best RETRY. A distance that is NaN accepts nobody.
    """
    if not distances:
        return FaceBand.RETRY
    mean = fmean(distances)
    if not mean <= thresholds.retry:  # not `>`, which would let NaN through
        return FaceBand.OTHER_PROOF
    agreeing = sum(distance <= thresholds.accept for distance in distances)
    enough = mean <= thresholds.accept and agreeing >= needed
    return FaceBand.ACCEPT if enough else FaceBand.RETRY


def best(frames: Sequence[JudgedFrame], rules: DecisionRules) -> tuple[float, ...]:
    """Return the distances of the best frames among those of the last `rules.seconds`.

    Frames with exactly the same distance count once: a repeated picture must not agree with itself.
    """
    if not frames:
        return ()
    since = max(frame.at for frame in frames) - rules.seconds
    fresh = {frame.distance: frame for frame in frames if frame.at >= since}
    ranked = sorted(fresh.values(), key=lambda frame: frame.quality, reverse=True)
    return tuple(frame.distance for frame in ranked[: rules.frames])


def decided(
    frames: Sequence[JudgedFrame], thresholds: Thresholds, rules: DecisionRules, now: float
) -> FaceBand | None:
    """Return the band once it is certain, None while more frames may come.

    Accepted as soon as enough frames agree; anything less only when the time for them is over.
    `now` is in the seconds of `JudgedFrame.at`.
    """
    chosen = best(frames, rules)
    found = band(chosen, thresholds, rules.needed)
    if found is FaceBand.ACCEPT and len(chosen) == rules.frames:
        return found
    if not frames or now - frames[0].at < rules.seconds:
        return None
    return found


def proves(found: FaceBand, reference: ReferenceKind) -> FaceBand:
    """Return what a band is worth as a proof.

    A chip's small photo never proves alone (face-study.md §4.2).
    """
    alone = reference is ReferenceKind.CHIP and found is FaceBand.ACCEPT
    return FaceBand.OTHER_PROOF if alone else found
