"""Calibration of the acceptance threshold with consenting people of a site, for an allowed FAR.

FAR is the share of impostors that are accepted, TAR that of genuine comparisons.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import floor
from typing import TYPE_CHECKING

from drivers.face.evaluation.scores import interval, rate_intervals, share_within, threshold_at

if TYPE_CHECKING:
    from datetime import date

    import numpy as np

    from drivers.face.evaluation.scores import Comparisons
    from kiosk.ports import ReferenceKind

RETRY_MARGIN = 0.08  # above `accept`: another look may help (face-study.md §7.3)
ENOUGH_PERSONS = 60  # face-study.md §4.3; fewer are possible and said


@dataclass(frozen=True)
class Calibration:
    """A threshold with its 95 % interval by person, and what `accept` lets through.

    At `middle` the allowed share of these very impostors is accepted. Other people will be more
    alike or less: so what is accepted goes only to the lower end of the interval, which comes
    nearer the more people there are. `tar` and `far` are shares, 0 to 1.
    """

    persons: int
    genuine: int
    impostors: int
    middle: float
    low: float
    high: float
    tar: float
    far: float

    @property
    def accept(self) -> float:
        """Return the distance up to which two faces count as the same person's."""
        return self.low

    @property
    def retry(self) -> float:
        """Return the distance up to which another look may help."""
        return self.accept + RETRY_MARGIN

    @property
    def provisional(self) -> bool:
        """Tell whether there were too few persons to rely on the threshold."""
        return self.persons < ENOUGH_PERSONS


def calibrate(found: Comparisons, far: float, random: np.random.Generator) -> Calibration:
    """Return the threshold for a FAR, the share of impostors let in, of at most `far` (0 to 1).

    `found` are the distances. `random` draws the persons of the interval. Raises ValueError when
    there are no two persons.
    """
    middle = threshold_at(found.impostors, far)
    low, high = interval(found, far, random)
    return Calibration(
        persons=len(set(found.persons)),
        genuine=found.genuine.size,
        impostors=found.impostors.size,
        middle=middle,
        low=low,
        high=high,
        tar=share_within(found.genuine, low),
        far=share_within(found.impostors, low),
    )


@dataclass(frozen=True)
class RateIntervals:
    """95 % intervals by person of the rates at a threshold: (low, high) shares, 0 to 1."""

    tar: tuple[float, float]
    far: tuple[float, float]


def rates_by_person(
    found: Comparisons, threshold: float, random: np.random.Generator
) -> RateIntervals:
    """Return the intervals of right and false acceptance, by a bootstrap over whole persons.

    `found` are the distances, `threshold` the greatest one that is accepted.
    """
    low, high = rate_intervals(found, threshold, random)
    return RateIntervals((low[0], high[0]), (low[1], high[1]))


def claim(found: Calibration, rates: RateIntervals) -> str | None:
    """Return the sentence that may be promised, None from fewer than `ENOUGH_PERSONS` persons."""
    if found.provisional:
        return None
    return (
        f"TAR {100 * rates.tar[0]:.1f} to {100 * rates.tar[1]:.1f} %, "
        f"FAR {100 * rates.far[0]:.2f} to {100 * rates.far[1]:.2f} % "
        f"(95 % by person, {found.persons} persons)"
    )


def as_toml(
    found: Calibration, engine: str, model: str, kind: ReferenceKind, day: date, data_set: str
) -> str:
    """Return the text of a file that `face.thresholds` can name.

    `found` is the result of the `day`, by the engine of that name. `model` is the embedder's
    SHA-256, `data_set` the name of the folder of pictures.
    """
    return (
        "# Written by `retirement-kiosk face calibrate`; holds for this model only.\n"
        "[[thresholds]]\n"
        f'engine = "{engine}"\n'
        f'model = "{model}"\n'
        f'reference = "{kind.value}"\n'
        f"# {found.middle:.4f} for these people; its 95 % interval by person ends at "
        f"{found.low:.4f}, which is taken, and {found.high:.4f}\n"
        f"accept = {_rounded_down(found.accept):.4f}\n"
        f"retry = {_rounded_down(found.retry):.4f}\n"
        f"date = {day.isoformat()}\n"
        f'data_set = "{data_set}: {found.persons} persons, {found.impostors} impostor pairs, '
        f'FAR {found.far:.4f}, TAR {found.tar:.4f}"\n'
    )


def _rounded_down(distance: float) -> float:
    """Return a distance with four digits; rounding up could accept one more impostor."""
    return floor(distance * 10_000) / 10_000
