"""Which band do the distances of several frames fall into? Pure, by given thresholds."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import fmean
from typing import TYPE_CHECKING

from kiosk.ports import FaceBand, ReferenceKind

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True)
class Thresholds:
    """Distances up to `accept` and up to `retry`, with `accept` <= `retry` (config/face.toml)."""

    accept: float
    retry: float


@dataclass(frozen=True)
class DecisionRules:
    """`needed` of the best `frames` frames within `seconds` must be accepted."""

    frames: int
    needed: int
    seconds: float


@dataclass(frozen=True)
class JudgedFrame:
    """One good frame: seconds, its quality (more is better) and its distance to the reference."""

    at: float
    quality: float
    distance: float


def band(distances: Sequence[float], thresholds: Thresholds, needed: int = 1) -> FaceBand:
    """Return the band of several good frames of one try, from their distances to the portrait.

    Accepted only when their mean and at least `needed` of them are within `accept`; with fewer
    than `needed` frames the answer is at best RETRY. A distance that is no number accepts nobody.
    """
    if not distances:
        return FaceBand.RETRY
    mean = fmean(distances)
    if not mean <= thresholds.retry:
        return FaceBand.OTHER_PROOF
    agreeing = sum(distance <= thresholds.accept for distance in distances)
    enough = mean <= thresholds.accept and agreeing >= needed
    return FaceBand.ACCEPT if enough else FaceBand.RETRY


def best(frames: Sequence[JudgedFrame], rules: DecisionRules) -> tuple[float, ...]:
    """Return the distances of the best frames among those of the last `seconds`.

    Two that say exactly the same are one: a repeated picture must not agree with itself.
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
    """Return the band once it can be told, None while more frames may come.

    Accepted as soon as enough frames agree; anything less only when the time for them is over.
    """
    chosen = best(frames, rules)
    found = band(chosen, thresholds, rules.needed)
    if found is FaceBand.ACCEPT and len(chosen) == rules.frames:
        return found
    if not frames or now - frames[0].at < rules.seconds:
        return None
    return found


def proves(found: FaceBand, reference: ReferenceKind) -> FaceBand:
    """Return what a band is worth: a chip's small photo never proves alone (face.md 4.2)."""
    alone = reference is ReferenceKind.CHIP and found is FaceBand.ACCEPT
    return FaceBand.OTHER_PROOF if alone else found
