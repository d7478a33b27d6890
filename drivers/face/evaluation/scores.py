"""Statistics of distances between known people: thresholds, acceptance rates, intervals.

TAR is the share of genuine comparisons that are accepted, FAR that of impostors.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

CONFIDENCE = (2.5, 97.5)  # percentiles
Z95 = 1.959964  # standard deviations around the middle of 95 %
FRAMES, NEEDED = 5, 3  # config/face.toml, [decision]


@dataclass(frozen=True)
class Comparisons:
    """Distances of every reference (row) to every probe (column), and whose picture each is.

    The same picture is never compared with itself: NaN on the diagonal.
    """

    distances: NDArray[np.float64]
    persons: tuple[str, ...]
    origin: tuple[str, ...] = ()  # of `of`: the persons that were asked for

    def of(self, persons: Sequence[str]) -> Comparisons:
        """Return the comparisons among some persons; one who is named twice counts twice."""
        places = [at for name in persons for at, one in enumerate(self.persons) if one == name]
        # Who was drawn twice is two persons, who are not compared: she is not her own impostor.
        names = [f"{number}" for number, name in enumerate(persons) for _ in self._places(name)]
        picked = self.distances[np.ix_(places, places)].copy()
        owners, drawn = np.array(self.persons)[places], np.array(names)
        copies = (owners[:, None] == owners[None, :]) & (drawn[:, None] != drawn[None, :])
        picked[copies] = np.nan
        return Comparisons(picked, tuple(names), tuple(persons))

    @property
    def genuine(self) -> NDArray[np.float64]:
        """Return the distances between pictures of the same person."""
        return self._without_nan(self._same())

    @property
    def impostors(self) -> NDArray[np.float64]:
        """Return the distances between pictures of different persons."""
        return self._without_nan(~self._same())

    def _places(self, name: str) -> list[int]:
        return [at for at, one in enumerate(self.persons) if one == name]

    def _same(self) -> Any:
        names = np.array(self.persons)
        return names[:, None] == names[None, :]

    def _without_nan(self, wanted: Any) -> NDArray[np.float64]:
        found = self.distances[wanted]
        return np.asarray(found[~np.isnan(found)], np.float64)


def threshold_at(impostors: NDArray[np.float64], far: float) -> float:
    """Return the largest distance at which at most the share `far` of impostors is accepted.

    Raises ValueError without impostors.
    """
    if not impostors.size:
        raise ValueError("no two persons to compare")
    ranked = np.sort(impostors)
    allowed = int(far * ranked.size)  # accepted are those below the next one
    return float(np.nextafter(ranked[allowed], 0.0))


def share_within(distances: NDArray[np.float64], threshold: float) -> float:
    """Return the share of distances up to a threshold; NaN without any."""
    return float(np.mean(distances <= threshold)) if distances.size else float("nan")


def wilson(hits: int, tries: int) -> tuple[float, float]:
    """Return the 95 % interval of a share of `hits` in `tries`, each 0 to 1 (Wilson's score).

    Unlike the normal one it says something about 0 hits: of 100 tries, up to 3.7 %.
    """
    if not tries:
        return 0.0, 1.0
    share, weight = hits / tries, Z95**2 / tries
    middle = (share + weight / 2) / (1 + weight)
    half = Z95 * sqrt(share * (1 - share) / tries + weight / (4 * tries)) / (1 + weight)
    return max(0.0, middle - half), min(1.0, middle + half)


def by_several(
    found: Comparisons, random: np.random.Generator, *, genuine: bool
) -> NDArray[np.float64]:
    """Return rows of `FRAMES` distances: one reference against five pictures of one person.

    `found` are all distances. `genuine` chooses rows of the same person or of others. Who has fewer
    pictures is left out.
    """
    rows = []
    names = np.array(found.persons)
    for reference, owner in enumerate(found.persons):
        for person in sorted(set(found.persons)):
            if (person == owner) is not genuine:
                continue
            places = np.flatnonzero(names == person)
            places = places[~np.isnan(found.distances[reference, places])]
            if places.size >= FRAMES:
                chosen = random.choice(places, FRAMES, replace=False)
                rows.append(found.distances[reference, chosen])
    return np.array(rows).reshape(-1, FRAMES)


def several_accepted(rows: NDArray[np.float64], threshold: float) -> float:
    """Return the share of rows of which the mean and at least `NEEDED` frames are accepted."""
    if not rows.size:
        return float("nan")
    enough = (rows <= threshold).sum(axis=1) >= NEEDED
    return float(np.mean(enough & (rows.mean(axis=1) <= threshold)))


def interval(
    found: Comparisons, far: float, random: np.random.Generator, times: int = 200
) -> tuple[float, float]:
    """Return the 95 % interval of the threshold at `far`, by a bootstrap over whole persons.

    `found` are the distances, `times` is the number of draws.
    """
    persons = sorted(set(found.persons))
    drawn = []
    for _ in range(times):
        again = found.of([str(one) for one in random.choice(persons, len(persons))])
        if again.impostors.size:
            drawn.append(threshold_at(again.impostors, far))
    low, high = np.percentile(drawn, CONFIDENCE)
    return float(low), float(high)


def rate_intervals(
    found: Comparisons, threshold: float, random: np.random.Generator, times: int = 200
) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return low and high (TAR, FAR) at a threshold, by a bootstrap over whole persons.

    `found` are the distances, `threshold` the greatest one that is accepted, `times` is the number
    of draws. NaN where there is nothing to compare.
    """
    persons = sorted(set(found.persons))
    drawn = []
    for _ in range(times):
        again = found.of([str(one) for one in random.choice(persons, len(persons))])
        drawn.append([share_within(one, threshold) for one in (again.genuine, again.impostors)])
    tar, far = (_middle_95([one[at] for one in drawn]) for at in (0, 1))
    return (tar[0], far[0]), (tar[1], far[1])


def _middle_95(values: Sequence[float]) -> tuple[float, float]:
    known = [one for one in values if not np.isnan(one)]
    if not known:
        return float("nan"), float("nan")
    low, high = np.percentile(known, CONFIDENCE)
    return float(low), float(high)


def halves(found: Comparisons, random: np.random.Generator) -> tuple[Comparisons, Comparisons]:
    """Split the persons in two; those with several pictures go evenly to both sides."""
    persons = sorted(set(found.persons))
    several = [one for one in persons if found.persons.count(one) > 1]
    single = [one for one in persons if one not in several]
    sides: tuple[list[str], list[str]] = ([], [])
    for group in (several, single):
        mixed = [str(one) for one in random.permutation(group)]
        for at, name in enumerate(mixed):
            sides[at % 2].append(name)
    return found.of(sides[0]), found.of(sides[1])
