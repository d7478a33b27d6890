"""False acceptance among strangers of one sex and about one age, by person.

Strangers of all kinds flatter an engine: before a terminal for pensioners the impostor is another
pensioner. Sex and age of each person stand in `people.csv` of the folder of pictures:
`person,sex,age`, with F or M.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from drivers.face.evaluation.scores import CONFIDENCE

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from drivers.face.evaluation.scores import Comparisons

FILE: Final = "people.csv"
YEARS: Final = 10  # how far two strangers of about one age are apart at most
DRAWS: Final = 200
BANDS: Final = ((55, 64), (65, 74), (75, 120))
OLD: Final = (55, 120)


@dataclass(frozen=True)
class SexAndAge:
    """What is known of one person: F or M, and years."""

    sex: str
    age: int


@dataclass(frozen=True)
class StrangerRate:
    """The share of accepted strangers with its 95 % interval by person; shares are 0 to 1."""

    persons: int
    pairs: int
    far: float
    low: float
    high: float


def read_people(folder: Path) -> dict[str, SexAndAge]:
    """Return sex and age of each person of a folder; empty without a list.

    Raises ValueError for a list with other columns or values.
    """
    path = folder / FILE
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    if any(row.keys() != {"person", "sex", "age"} or row["sex"] not in ("F", "M") for row in rows):
        raise ValueError(f"{path}: person,sex,age with F or M")
    return {row["person"]: SexAndAge(row["sex"], int(row["age"])) for row in rows}


def pairs_of(
    found: Comparisons, people: Mapping[str, SexAndAge], ages: tuple[int, int], sexes: str = "FM"
) -> Any:
    """Return which comparisons (reference, probe) are of two such strangers, as True and False.

    Both are of one of the `sexes`, the same one, within `ages` and `YEARS` of each other.
    `found` are the distances, `people` what is known of their persons.
    """
    known = [people.get(name) for name in found.persons]
    age = np.array([one.age if one else -1 for one in known])
    sex = np.array([one.sex if one and one.sex in sexes else "" for one in known])
    names = np.array(found.persons)
    inside = (age >= ages[0]) & (age <= ages[1]) & (sex != "")
    alike = (sex[:, None] == sex[None, :]) & (abs(age[:, None] - age[None, :]) <= YEARS)
    others = names[:, None] != names[None, :]
    compared = ~np.isnan(found.distances)
    return inside[:, None] & inside[None, :] & alike & others & compared


def stranger_rate(
    found: Comparisons, pairs: Any, threshold: float, random: np.random.Generator
) -> StrangerRate:
    """Return the share of `pairs` of the distances `found` within a threshold; NaN without any."""
    names = np.array(found.persons)
    hits = pairs & (found.distances <= threshold)
    owners, at = np.unique(names, return_inverse=True)
    by_person = [np.zeros((len(owners), len(owners))) for _ in range(2)]
    for matrix, counts in zip((hits, pairs), by_person, strict=True):
        rows, columns = np.nonzero(matrix)
        np.add.at(counts, (at[rows], at[columns]), 1)
    accepted, compared = by_person
    taking_part = np.flatnonzero(compared.sum(axis=1) + compared.sum(axis=0))
    if not taking_part.size:
        return StrangerRate(0, 0, float("nan"), float("nan"), float("nan"))
    accepted, compared = (one[np.ix_(taking_part, taking_part)] for one in (accepted, compared))
    drawn = []
    for _ in range(DRAWS):
        weight = np.bincount(
            random.integers(len(taking_part), size=len(taking_part)), minlength=len(taking_part)
        )
        whole = float(weight @ compared @ weight)
        if whole:
            drawn.append(float(weight @ accepted @ weight) / whole)
    low, high = np.percentile(drawn, CONFIDENCE)
    far = float(accepted.sum() / compared.sum())
    return StrangerRate(len(taking_part), int(compared.sum()), far, float(low), float(high))
