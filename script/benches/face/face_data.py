"""Accuracy of the comparison on a folder of people, beside dlib's network and the library.

Half of the persons set the threshold, as `face calibrate` would write it, and choose the engine;
the other half judge both (nested splits). Single looks and five of one person; a portrait and a
card's small photo as reference; strangers of one sex and age where `people.csv` tells them
(`drivers/face/evaluation/strangers.py`). Fewer than 60 persons are measured, and judge no target.
The folder is given by path, none is kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from drivers.face.detection.yunet import YuNet
from drivers.face.embedding.dlib128 import Dlib128
from drivers.face.embedding.embedder import (
    DLIB128,
    DLIB_WEIGHTS,
    SFACE,
    EmbedderPlan,
    dlib_folder,
)
from drivers.face.embedding.loading import make_embedder
from drivers.face.evaluation.calibration import ENOUGH_PERSONS, calibrate
from drivers.face.evaluation.known_people import KnownPeople, compare_all
from drivers.face.evaluation.scores import (
    Comparisons,
    by_several,
    halves,
    rate_intervals,
    several_accepted,
    share_within,
    threshold_at,
)
from drivers.face.evaluation.strangers import BANDS, OLD, pairs_of, read_people, stranger_rate
from drivers.face.policy import thresholds_for
from kiosk.ports import ReferenceKind
from script.benches.face.face_flow import ROOT, policy
from script.benches.figures import BenchFigure, Report

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from drivers.face.detection.yunet import FoundFace
    from drivers.face.embedding.embedder import Embedder
    from drivers.face.evaluation.strangers import SexAndAge

SPLITS, QUICK_SPLITS = 20, 3
FAR = 0.01
MOST_FAR, LEAST_TAR, LEAST_TAR_OF_FIVE = 1.0, 92.0, 99.0  # percent, the targets for a portrait
LEAST_TAR_OF_CHIP = 90.0
LIBRARY_TOLERANCE, LIBRARY_PADDING = 0.6, 0.25
SEED = 5
MODELS = ROOT / "assets" / "models"


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


def folder(*, quick: bool, data: Path) -> Report:
    """Measure the shipped engine on a folder of people."""
    models = policy().models
    yunet = YuNet(models.detector.read(MODELS))
    weights = (dlib_folder() / DLIB_WEIGHTS, models.embed.sha256, models.align)
    engines: dict[str, Embedder] = {
        SFACE: make_embedder(EmbedderPlan(SFACE, models.sface.sha256), models, MODELS),
        DLIB128: Dlib128(*weights),
    }
    library = OneLook(*weights)
    people = read_people(data)
    figures: dict[str, BenchFigure] = {}
    for kind in ReferenceKind:
        measured = {name: compare_all(data, yunet, one, kind) for name, one in engines.items()}
        found = {name: one.comparisons for name, one in measured.items()}
        enough = len(set(found[SFACE].persons)) >= ENOUGH_PERSONS
        if kind is ReferenceKind.PORTRAIT:
            figures |= described(measured[SFACE], enough=enough)
        random = np.random.default_rng(SEED)
        figures |= shipped(found[SFACE], kind, random, enough=enough)
        figures |= among_strangers(found[SFACE], people, kind, random, enough=enough)
        figures |= nested(found, kind, random, QUICK_SPLITS if quick else SPLITS)
        figures |= beside(compare_all(data, yunet, library, kind).comparisons, people, kind, random)
    return Report(f"face data {data.name}", figures)


def described(people: KnownPeople, *, enough: bool) -> dict[str, BenchFigure]:
    """Return what was measured, and whether it is enough to promise anything."""
    found = people.comparisons
    return {
        "persons": BenchFigure(len(set(found.persons)), "persons"),
        "may_be_promised": BenchFigure(float(enough), f"1: at least {ENOUGH_PERSONS} persons"),
        "pictures": BenchFigure(people.pictures, "pictures"),
        "pictures_unusable": BenchFigure(len(people.unusable), "pictures"),
        "genuine_pairs": BenchFigure(found.genuine.size, "pairs"),
        "impostor_pairs": BenchFigure(found.impostors.size, "pairs"),
    }


def shipped(
    found: Comparisons, kind: ReferenceKind, random: np.random.Generator, *, enough: bool
) -> dict[str, BenchFigure]:
    """Return the rates at the shipped threshold, with intervals by person."""
    accept = thresholds_for(policy(), SFACE, policy().models.sface.sha256, kind).accept
    genuine, impostors = (by_several(found, random, genuine=one) for one in (True, False))
    (tar_low, far_low), (tar_high, far_high) = rate_intervals(found, accept, random)
    portrait = kind is ReferenceKind.PORTRAIT
    least = LEAST_TAR if portrait else LEAST_TAR_OF_CHIP
    spread = f"% ({100 - 100 * tar_high:.1f} to {100 - 100 * tar_low:.1f})"
    tar = share_within(found.genuine, accept)
    figures = {
        "refused": BenchFigure(100 - 100 * tar, spread, 100 - least if enough else None),
        "far": BenchFigure(
            100 * share_within(found.impostors, accept),
            f"% ({100 * far_low:.2f} to {100 * far_high:.2f})",
        ),
        "refused_of_five": missed(
            several_accepted(genuine, accept),
            LEAST_TAR_OF_FIVE if enough and portrait else None,
        ),
        "far_of_five": BenchFigure(100 * several_accepted(impostors, accept), "%"),
    }
    return {f"{kind.value}_{name}": one for name, one in figures.items() if one.value == one.value}


def among_strangers(
    found: Comparisons,
    people: Mapping[str, SexAndAge],
    kind: ReferenceKind,
    random: np.random.Generator,
    *,
    enough: bool,
) -> dict[str, BenchFigure]:
    """Return false acceptance among strangers of one sex and age at the shipped threshold."""
    accept = thresholds_for(policy(), SFACE, policy().models.sface.sha256, kind).accept
    groups = {"55_and_older": (OLD, "FM"), "women": (OLD, "F"), "men": (OLD, "M")}
    groups |= {
        f"{name}_{low}_to_{high}": ((low, high), sex)
        for low, high in BANDS
        for name, sex in (("women", "F"), ("men", "M"))
    }
    figures = {}
    for name, (ages, sexes) in groups.items():
        rate = stranger_rate(found, pairs_of(found, people, ages, sexes), accept, random)
        judged = enough and name == "55_and_older"
        if rate.pairs:
            unit = f"% ({100 * rate.low:.2f} to {100 * rate.high:.2f}), {rate.persons} persons"
            figures[f"{kind.value}_strangers_{name}"] = BenchFigure(
                100 * rate.far, unit, MOST_FAR if judged else None
            )
    return figures


def nested(
    found: Mapping[str, Comparisons], kind: ReferenceKind, random: np.random.Generator, times: int
) -> dict[str, BenchFigure]:
    """Return the mean rates of splits whose first half chose engine and threshold alone."""
    splits, chosen = [], []
    for _ in range(times):
        sides = halves(found[SFACE], random)
        if not sides[0].genuine.size or not sides[1].genuine.size:
            return {}
        mine, others = (one.origin for one in sides)
        best = max(found, key=lambda name: _tar_of(found[name].of(mine)))
        chosen.append(best)
        splits.append(judged(found[best].of(mine), found[best].of(others), random))
    figures = {
        "chose_sface": BenchFigure(100 * chosen.count(SFACE) / times, f"% of {times} splits"),
        "threshold": BenchFigure(float(np.mean([one.threshold for one in splits])), "distance"),
        "far": BenchFigure(100 * float(np.mean([one.far for one in splits])), "%"),
        "far_max": BenchFigure(100 * max(one.far for one in splits), "%"),
        "refused": missed(float(np.mean([one.tar for one in splits])), None),
    }
    return {f"{kind.value}_nested_{name}": one for name, one in figures.items()}


def _tar_of(found: Comparisons) -> float:
    """Return how many genuine comparisons are right at the FAR of the calibration."""
    return share_within(found.genuine, threshold_at(found.impostors, FAR))


def judged(mine: Comparisons, others: Comparisons, random: np.random.Generator) -> Split:
    """Set the threshold on one half of the persons and judge the other."""
    threshold = calibrate(mine, FAR, random).accept
    tar, far = (share_within(one, threshold) for one in (others.genuine, others.impostors))
    return Split(threshold, tar, far)


def beside(
    found: Comparisons,
    people: Mapping[str, SexAndAge],
    kind: ReferenceKind,
    random: np.random.Generator,
) -> dict[str, BenchFigure]:
    """Return the rates of the library's own numbers and tolerance on the same pictures."""
    old = stranger_rate(found, pairs_of(found, people, OLD), LIBRARY_TOLERANCE, random)
    figures = {
        "far": BenchFigure(100 * share_within(found.impostors, LIBRARY_TOLERANCE), "%"),
        "refused": missed(share_within(found.genuine, LIBRARY_TOLERANCE), None),
        "strangers_55_and_older": BenchFigure(100 * old.far, "%"),
    }
    return {
        f"{kind.value}_library_0.6_{name}": one
        for name, one in figures.items()
        if one.value == one.value
    }


def missed(tar: float, least: float | None) -> BenchFigure:
    """Return the share of genuine comparisons that are not accepted, 1 - TAR, in percent."""
    return BenchFigure(100 - 100 * tar, "% (1 - TAR)", None if least is None else 100 - least)
