"""Where does a threshold have to lie on this site? From consenting people, by an allowed FAR."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from drivers.face.scores import interval, share_within, threshold_at

if TYPE_CHECKING:
    from datetime import date

    import numpy as np

    from drivers.face.scores import Comparisons
    from kiosk.ports import ReferenceKind

RETRY_MARGIN = 0.08  # above `accept`: another look may help (face.md 7.3)
ENOUGH_PERSONS = 60  # face.md 4.3; fewer are possible and said


@dataclass(frozen=True)
class Calibration:
    """A threshold with its 95 % interval by person, and what it lets through."""

    persons: int
    genuine: int
    impostors: int
    accept: float
    low: float
    high: float
    tar: float
    far: float

    @property
    def retry(self) -> float:
        """Return up to which distance another look is worth it."""
        return self.accept + RETRY_MARGIN

    @property
    def provisional(self) -> bool:
        """Tell whether these were too few persons to rely on."""
        return self.persons < ENOUGH_PERSONS


def calibrate(found: Comparisons, far: float, random: np.random.Generator) -> Calibration:
    """Return the threshold at which at most `far` of the impostors are accepted.

    ValueError when there are no two persons.
    """
    accept = threshold_at(found.impostors, far)
    low, high = interval(found, far, random)
    return Calibration(
        persons=len(set(found.persons)),
        genuine=found.genuine.size,
        impostors=found.impostors.size,
        accept=accept,
        low=low,
        high=high,
        tar=share_within(found.genuine, accept),
        far=share_within(found.impostors, accept),
    )


def as_toml(
    found: Calibration, engine: str, model: str, kind: ReferenceKind, day: date, data_set: str
) -> str:
    """Return a file that `face.thresholds` can name."""
    return (
        "# Written by `script/kiosk face calibrate`; holds for this model only.\n"
        "[[thresholds]]\n"
        f'engine = "{engine}"\n'
        f'model = "{model}"\n'
        f'reference = "{kind.value}"\n'
        f"# 95 % interval by person: {found.low:.4f} to {found.high:.4f}\n"
        f"accept = {found.accept:.4f}\n"
        f"retry = {found.retry:.4f}\n"
        f"date = {day.isoformat()}\n"
        f'data_set = "{data_set}: {found.persons} persons, {found.impostors} impostor pairs, '
        f'FAR {found.far:.4f}, TAR {found.tar:.4f}"\n'
    )
