"""Accuracy of the comparison on a folder of people: half set a threshold, half judge it.

The threshold is the one that `face calibrate` would write for the first half. Ten splits of the
persons, and a hundred, because one pair that looks alike decides a whole split; single looks and
five of one person; a portrait and a card's small photo as reference; the library's tolerance of 0.6
beside. The folder is given by path, none is kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from drivers.face.detection.yunet import YuNet
from drivers.face.embedding.dlib128 import Dlib128
from drivers.face.embedding.embedder import DLIB_WEIGHTS, dlib_folder
from drivers.face.evaluation.calibration import calibrate
from drivers.face.evaluation.known_people import compare_all
from drivers.face.evaluation.scores import (
    CONFIDENCE,
    Comparisons,
    by_several,
    halves,
    several_accepted,
    share_within,
)
from kiosk.ports import ReferenceKind
from script.benches.face.face_flow import ROOT, policy
from script.benches.figures import BenchFigure, Report

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from drivers.face.detection.yunet import FoundFace

SPLITS, MANY_SPLITS, DRAWS = 10, 100, 200
FAR = 0.01
MOST_FAR, LEAST_TAR, LEAST_TAR_OF_FIVE = 1.5, 96.0, 99.0  # percent, issue's targets for a portrait
LIBRARY_TOLERANCE, LIBRARY_PADDING = 0.6, 0.25
SEED = 5


class OneLook(Dlib128):
    """The library's own numbers of a face: one look, as dlib aligns it."""

    def embed(
        self,
        picture: NDArray[np.uint8],
        face: FoundFace,
        *,
        reference: bool = False,  # noqa: ARG002 - the library has one way
    ) -> NDArray[np.float64]:
        rgb = np.ascontiguousarray(picture[..., ::-1])
        return self.numbers(self.chip(rgb, face, LIBRARY_PADDING))


@dataclass(frozen=True)
class Split:
    """One split: the threshold of one half, and what it does on the other; shares are 0 to 1."""

    threshold: float
    tar: float
    far: float
    tar_of_five: float
    far_of_five: float


def folder(*, quick: bool, data: Path) -> Report:
    """Measure the shipped engine on a folder of people."""
    models = policy().models
    weights = (dlib_folder() / DLIB_WEIGHTS, models.embed.sha256, models.align)
    yunet = YuNet(models.detector.read(ROOT / "assets" / "models"))
    embedder, library = Dlib128(*weights), OneLook(*weights)
    figures: dict[str, BenchFigure] = {}
    for kind in ReferenceKind:
        people = compare_all(data, yunet, embedder, kind)
        found = people.comparisons
        if kind is ReferenceKind.PORTRAIT:
            figures["persons"] = BenchFigure(len(set(found.persons)), "persons")
            figures["pictures"] = BenchFigure(people.pictures, "pictures")
            figures["pictures_unusable"] = BenchFigure(len(people.unusable), "pictures")
            figures["genuine_pairs"] = BenchFigure(found.genuine.size, "pairs")
            figures["impostor_pairs"] = BenchFigure(found.impostors.size, "pairs")
        random = np.random.default_rng(SEED)
        splits = [split(found, random) for _ in range(3 if quick else MANY_SPLITS)]
        figures |= reported(splits[:SPLITS], kind, found, random)
        figures |= over_many(splits, kind)
        figures |= beside(compare_all(data, yunet, library, kind).comparisons, kind)
    return Report(f"face data {data.name}", figures)


def split(found: Comparisons, random: np.random.Generator) -> Split:
    """Set the threshold on one half of the persons and judge the other."""
    mine, others = halves(found, random)
    threshold = calibrate(mine, FAR, np.random.default_rng(SEED)).accept
    genuine, impostors = (by_several(others, random, genuine=one) for one in (True, False))
    return Split(
        threshold=threshold,
        tar=share_within(others.genuine, threshold),
        far=share_within(others.impostors, threshold),
        tar_of_five=several_accepted(genuine, threshold),
        far_of_five=several_accepted(impostors, threshold),
    )


def reported(
    splits: list[Split], kind: ReferenceKind, found: Comparisons, random: np.random.Generator
) -> dict[str, BenchFigure]:
    """Return the means over the splits, and intervals by person at the mean threshold."""
    mean = {
        name: float(np.nanmean([getattr(one, name) for one in splits]))
        for name in Split.__dataclass_fields__
    }
    judged = kind is ReferenceKind.PORTRAIT
    shipped = next(one for one in policy().thresholds if one.reference is kind)
    low, high = intervals(found, mean["threshold"], random)
    figures = {
        "threshold": BenchFigure(mean["threshold"], "distance"),
        "threshold_spread": BenchFigure(
            float(np.std([one.threshold for one in splits])), "distance"
        ),
        "far": BenchFigure(100 * mean["far"], "%", MOST_FAR if judged else None),
        "far_low": BenchFigure(100 * low[1], "% (2.5)"),
        "far_high": BenchFigure(100 * high[1], "% (97.5)"),
        "refused": missed(mean["tar"], LEAST_TAR if judged else None),
        "refused_low": BenchFigure(100 - 100 * high[0], "% (2.5)"),
        "refused_high": BenchFigure(100 - 100 * low[0], "% (97.5)"),
        "refused_of_five": missed(mean["tar_of_five"], LEAST_TAR_OF_FIVE if judged else None),
        "far_of_five": BenchFigure(100 * mean["far_of_five"], "%", MOST_FAR if judged else None),
        "shipped_far": BenchFigure(100 * share_within(found.impostors, shipped.accept), "%"),
        "shipped_refused": missed(share_within(found.genuine, shipped.accept), None),
    }
    return {f"{kind.value}_{name}": one for name, one in figures.items()}


def over_many(splits: list[Split], kind: ReferenceKind) -> dict[str, BenchFigure]:
    """Return the means over all splits, and the spread of the false acceptance rate."""
    far = [100 * one.far for one in splits]
    figures = {
        "far": BenchFigure(float(np.mean(far)), "%"),
        "far_median": BenchFigure(float(np.median(far)), "%"),
        "far_p90": BenchFigure(float(np.percentile(far, 90)), "%"),
        "far_max": BenchFigure(max(far), "%"),
        "refused": missed(float(np.mean([one.tar for one in splits])), None),
        "refused_of_five": missed(float(np.nanmean([one.tar_of_five for one in splits])), None),
        "far_of_five": BenchFigure(
            100 * float(np.nanmean([one.far_of_five for one in splits])), "%"
        ),
    }
    return {f"{kind.value}_{len(splits)}_splits_{name}": one for name, one in figures.items()}


def beside(found: Comparisons, kind: ReferenceKind) -> dict[str, BenchFigure]:
    """Return the rates of the library's own numbers and tolerance on the same pictures."""
    return {
        f"{kind.value}_library_0.6_far": BenchFigure(
            100 * share_within(found.impostors, LIBRARY_TOLERANCE), "%"
        ),
        f"{kind.value}_library_0.6_refused": missed(
            share_within(found.genuine, LIBRARY_TOLERANCE), None
        ),
    }


def missed(tar: float, least: float | None) -> BenchFigure:
    """Return the share of genuine comparisons that are not accepted, 1 - TAR, in percent."""
    return BenchFigure(100 - 100 * tar, "% (1 - TAR)", None if least is None else 100 - least)


def intervals(
    found: Comparisons, threshold: float, random: np.random.Generator
) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return low and high (TAR, FAR) at a threshold, resampling whole persons."""
    persons = sorted(set(found.persons))
    drawn = []
    for _ in range(DRAWS):
        again = found.of([str(one) for one in random.choice(persons, len(persons))])
        pair = (
            share_within(again.genuine, threshold),
            share_within(again.impostors, threshold),
        )
        if not any(map(np.isnan, pair)):
            drawn.append(pair)
    low, high = np.percentile(np.array(drawn), CONFIDENCE, axis=0)
    return (float(low[0]), float(low[1])), (float(high[0]), float(high[1]))
