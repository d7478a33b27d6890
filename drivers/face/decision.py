"""Which band do the distances of the last frames fall into? Pure, by given thresholds."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import fmean
from typing import TYPE_CHECKING

from kiosk.ports import FaceBand

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True)
class Thresholds:
    """Distances up to `accept` and up to `retry`, with `accept` <= `retry` (config/kiosk.toml)."""

    accept: float
    retry: float


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
