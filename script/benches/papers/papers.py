"""Finding and judging drawn photographs of papers, beside the first version as control.

`found` is an overlap of at least 0.94 with where the sheet was drawn. `good.refused` counts
photographs whose every line can be read, `bad.accepted` those of which a line cannot; which is
which the drawing measured (`drivers/simulated/scenes/desk_photograph.py`), not the gates. Times are
CPU milliseconds, so that a busy machine doesn't count.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import cv2
import numpy as np

from drivers.papers.quality_gates import measure_sheet
from drivers.papers.sheet_finder import examine_desk, straighten
from script.benches.figures import BenchFigure, Report
from script.benches.papers.bounding_box_gates import accepts, find_bounding_box
from script.benches.papers.photographs import BAD, GOOD, Specimen, rotated

SEED = 20261129
HIDDEN_SEEDS = (41_071, 41_072, 41_073, 41_074, 41_075)
OVERLAP = 0.94


@dataclass(frozen=True)
class JudgedPhotograph:
    """What became of one photograph."""

    specimen: str  # kind, desk and disturbance, for the list of what went wrong
    surface: str
    disturbance: str
    is_good: bool
    found: bool
    accepted: bool


@dataclass
class PaperTally:
    """What became of all photographs under one finder and its gates; times in CPU milliseconds."""

    judged: list[JudgedPhotograph] = field(default_factory=list)
    times: list[float] = field(default_factory=list)

    def judge(self, specimen: Specimen, *, found: bool, accepted: bool) -> None:
        """Count one photograph."""
        name = f"{specimen.kind} on {specimen.surface}, {specimen.disturbance}"
        surface, disturbance = specimen.surface.value, specimen.disturbance
        good = specimen.is_good
        self.judged.append(JudgedPhotograph(name, surface, disturbance, good, found, accepted))

    @property
    def missed(self) -> list[str]:
        """Return what went wrong, a line each."""
        return [
            f"{one.specimen}: found {one.found}, accepted {one.accepted}"
            for one in self.judged
            if not one.found or one.accepted is not one.is_good
        ]


def measure(*, quick: bool) -> Report:
    """Judge photographs that nothing was tuned on; with `quick` the few that it was tuned on."""
    seeds = (SEED,) if quick else HIDDEN_SEEDS
    now, control = PaperTally(), PaperTally()
    for seed in seeds:
        for specimen in rotated(GOOD + BAD, seed):
            _judge(specimen, now)
            _judge_as_before(specimen, control)
    for line in now.missed:
        print(f"  {line}", flush=True)
    figures = dict(_shares(now.judged, "", limited=True))
    figures["gates.p95"] = BenchFigure(float(np.percentile(now.times, 95)), "CPU ms", 300)
    figures["photographs"] = BenchFigure(len(now.judged), "photographs")
    figures |= dict(_shares_by(now.judged, "surface")) | dict(_shares_by(now.judged, "disturbance"))
    return Report("papers", figures | dict(_shares(control.judged, "control.", limited=False)))


def _shares(
    judged: list[JudgedPhotograph], prefix: str, *, limited: bool
) -> Iterator[tuple[str, BenchFigure]]:
    def share(missed: list[bool], most: float) -> BenchFigure:
        return BenchFigure(100 * float(np.mean(missed)), "%", most if limited else None)

    good = [one for one in judged if one.is_good]
    bad = [one for one in judged if not one.is_good]
    yield f"{prefix}not_found", share([not one.found for one in judged], 1)
    yield f"{prefix}good.refused", share([not one.accepted for one in good], 2)
    yield f"{prefix}bad.accepted", share([one.accepted for one in bad], 2)


def _shares_by(judged: list[JudgedPhotograph], member: str) -> Iterator[tuple[str, BenchFigure]]:
    """Yield what went wrong of each desk, or of each disturbance."""
    for value in dict.fromkeys(getattr(one, member) for one in judged):
        ours = [one for one in judged if getattr(one, member) == value]
        missed = [not one.found for one in ours]
        misjudged = [one.accepted is not one.is_good for one in ours]
        yield f"{value}.not_found", BenchFigure(100 * float(np.mean(missed)), "%")
        yield f"{value}.misjudged", BenchFigure(100 * float(np.mean(misjudged)), "%")


def _judge(specimen: Specimen, tally: PaperTally) -> None:
    frame = specimen.photograph.frame
    begun = time.process_time()
    laid = examine_desk(frame)
    measures = measure_sheet(straighten(frame, laid.outline)) if laid else None
    tally.times.append(1000 * (time.process_time() - begun))
    found = laid is not None and overlap(laid.outline.corners, specimen) >= OVERLAP
    odd = laid is not None and (laid.has_neighbour or laid.lacks_corner)
    accepted = measures is not None and measures.doubt() is None and not odd
    tally.judge(specimen, found=found, accepted=accepted)


def _judge_as_before(specimen: Specimen, tally: PaperTally) -> None:
    frame = specimen.photograph.frame
    box = find_bounding_box(frame)
    found = False
    if box is not None:
        x, y, across, down = box
        sides = [(x, y), (x + across, y), (x + across, y + down), (x, y + down)]
        found = overlap(np.array(sides, np.float32), specimen) >= OVERLAP
    tally.judge(specimen, found=found, accepted=accepts(frame))


def overlap(corners: np.ndarray, specimen: Specimen) -> float:
    """Return the area that both outlines share, as a share of the area that either has."""
    truth = specimen.photograph.corners
    shared, _ = cv2.intersectConvexConvex(corners, truth)
    return float(shared / (cv2.contourArea(corners) + cv2.contourArea(truth) - shared))
