"""How right is the comparison about the people in a folder? Half to set a threshold, half to judge.

Ten splits of the persons; single looks and five of one person; a portrait and a card's small photo
as reference; the library's tolerance of 0.6 beside. The folder is given by path, none is kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from drivers.face.embedder import EmbedderPlan, make_embedder
from drivers.face.known_people import compare_all
from drivers.face.scores import (
    CONFIDENCE,
    Comparisons,
    by_several,
    halves,
    several_accepted,
    share_within,
    threshold_at,
)
from drivers.face.yunet import YuNet
from kiosk.ports import ReferenceKind
from script.benches.face_flow import ROOT, policy
from script.benches.figures import Figure, Report

SPLITS, DRAWS = 10, 200
FAR = 0.01
MOST_FAR, LEAST_TAR, LEAST_TAR_OF_FIVE = 1.5, 96.0, 99.0  # percent, issue's targets for a portrait
LIBRARY_TOLERANCE = 0.6
SEED = 5


@dataclass(frozen=True)
class Split:
    """One split: the threshold of one half, and what it does on the other; shares are 0 to 1."""

    threshold: float
    tar: float
    far: float
    tar_of_five: float
    far_of_five: float
    library_tar: float
    library_far: float


def folder(*, quick: bool, data: Path) -> Report:
    """Measure the shipped engine on a folder of people."""
    models = policy().models
    yunet = YuNet(models.detector.read(ROOT / "assets" / "models"))
    embedder = make_embedder(EmbedderPlan("dlib128", models.embed.sha256), models.align)
    figures: dict[str, Figure] = {}
    for kind in ReferenceKind:
        people = compare_all(data, yunet, embedder, kind)
        found = people.comparisons
        if kind is ReferenceKind.PORTRAIT:
            figures["persons"] = Figure(len(set(found.persons)), "persons")
            figures["pictures"] = Figure(people.pictures, "pictures")
            figures["pictures_unusable"] = Figure(len(people.unusable), "pictures")
            figures["genuine_pairs"] = Figure(found.genuine.size, "pairs")
            figures["impostor_pairs"] = Figure(found.impostors.size, "pairs")
        random = np.random.default_rng(SEED)
        splits = [split(found, random) for _ in range(3 if quick else SPLITS)]
        figures |= reported(splits, kind, found, random)
    return Report(f"face data {data.name}", figures)


def split(found: Comparisons, random: np.random.Generator) -> Split:
    """Set the threshold on one half of the persons and judge the other."""
    mine, others = halves(found, random)
    threshold = threshold_at(mine.impostors, FAR)
    genuine, impostors = (by_several(others, random, genuine=one) for one in (True, False))
    return Split(
        threshold=threshold,
        tar=share_within(others.genuine, threshold),
        far=share_within(others.impostors, threshold),
        tar_of_five=several_accepted(genuine, threshold),
        far_of_five=several_accepted(impostors, threshold),
        library_tar=share_within(others.genuine, LIBRARY_TOLERANCE),
        library_far=share_within(others.impostors, LIBRARY_TOLERANCE),
    )


def reported(
    splits: list[Split], kind: ReferenceKind, found: Comparisons, random: np.random.Generator
) -> dict[str, Figure]:
    """Return the means over the splits, and the intervals by person at the mean threshold."""
    mean = {
        name: float(np.nanmean([getattr(one, name) for one in splits]))
        for name in Split.__dataclass_fields__
    }
    judged = kind is ReferenceKind.PORTRAIT
    shipped = next(one for one in policy().thresholds if one.reference is kind)
    low, high = intervals(found, mean["threshold"], random)
    figures = {
        "threshold": Figure(mean["threshold"], "distance"),
        "threshold_spread": Figure(float(np.std([one.threshold for one in splits])), "distance"),
        "far": Figure(100 * mean["far"], "%", MOST_FAR if judged else None),
        "far_low": Figure(100 * low[1], "% (2.5)"),
        "far_high": Figure(100 * high[1], "% (97.5)"),
        "refused": missed(mean["tar"], LEAST_TAR if judged else None),
        "refused_low": Figure(100 - 100 * high[0], "% (2.5)"),
        "refused_high": Figure(100 - 100 * low[0], "% (97.5)"),
        "refused_of_five": missed(mean["tar_of_five"], LEAST_TAR_OF_FIVE if judged else None),
        "far_of_five": Figure(100 * mean["far_of_five"], "%", MOST_FAR if judged else None),
        "shipped_far": Figure(100 * share_within(found.impostors, shipped.accept), "%"),
        "shipped_refused": missed(share_within(found.genuine, shipped.accept), None),
        "library_0.6_far": Figure(100 * mean["library_far"], "%"),
        "library_0.6_refused": missed(mean["library_tar"], None),
    }
    return {f"{kind.value}_{name}": one for name, one in figures.items()}


def missed(tar: float, least: float | None) -> Figure:
    """Return the share of genuine comparisons that are not accepted, 1 - TAR, in percent."""
    return Figure(100 - 100 * tar, "% (1 - TAR)", None if least is None else 100 - least)


def intervals(
    found: Comparisons, threshold: float, random: np.random.Generator
) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return low and high (TAR, FAR) at a threshold: whole persons are drawn again."""
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
