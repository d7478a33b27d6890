"""Finding and judging drawn photographs of papers, beside the first version as control.

`found` is an overlap of at least 0.94 with where the sheet was drawn. `good.refused` counts
photographs whose every line can be read, `bad.accepted` those of which a line cannot; which is
which the drawing measured (`drivers/simulated/scenes/desk_photograph.py`), not the gates. Times are
CPU milliseconds, so that a busy machine doesn't count.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import cv2
import numpy as np

from drivers.papers.quality_gates import measure_sheet
from drivers.papers.sheet_finder import find_sheet, straighten
from script.benches.figures import BenchFigure, Report
from script.benches.papers.bounding_box_gates import accepts, find_bounding_box
from script.benches.papers.photographs import BAD, GOOD, Specimen, rotated, specimens

SEED = 20261129
HIDDEN_SEED = 41_071
OVERLAP = 0.94


@dataclass
class PaperTally:
    """What was counted of one finder and its gates; times in CPU milliseconds."""

    found: list[bool] = field(default_factory=list)
    good: list[bool] = field(default_factory=list)
    bad: list[bool] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)

    def judged(self, specimen: Specimen, *, found: bool, accepted: bool) -> None:
        """Count one photograph."""
        self.found.append(found)
        (self.good if specimen.is_good else self.bad).append(accepted)
        if not found or accepted is not specimen.is_good:
            name = f"{specimen.kind} on {specimen.surface}, {specimen.disturbance}"
            self.missed.append(f"{name}: found {found}, accepted {accepted}")


def measure(*, quick: bool) -> Report:
    """Judge all photographs, or with `quick` one for each kind on each desk."""
    chosen = rotated(GOOD + BAD, SEED) if quick else specimens(GOOD + BAD, SEED)
    figures = _figures(chosen, "")
    if not quick:
        figures |= _figures(rotated(GOOD + BAD, HIDDEN_SEED), "hidden.")
    return Report("papers", figures)


def _figures(chosen: Iterable[Specimen], prefix: str) -> dict[str, BenchFigure]:
    now, control = PaperTally(), PaperTally()
    for specimen in chosen:
        _judge(specimen, now)
        _judge_as_before(specimen, control)
    for line in now.missed:
        print(f"  {prefix}{line}", flush=True)
    figures = dict(_shares(now, "", limited=True)) | dict(
        _shares(control, "control.", limited=False)
    )
    figures["gates.p95"] = BenchFigure(float(np.percentile(now.times, 95)), "CPU ms", 300)
    figures["photographs"] = BenchFigure(len(now.found), "photographs")
    return {prefix + name: figure for name, figure in figures.items()}


def _shares(tally: PaperTally, prefix: str, *, limited: bool) -> Iterator[tuple[str, BenchFigure]]:
    def share(missed: list[bool], most: float) -> BenchFigure:
        return BenchFigure(100 * float(np.mean(missed)), "%", most if limited else None)

    yield f"{prefix}not_found", share([not one for one in tally.found], 1)
    yield f"{prefix}good.refused", share([not one for one in tally.good], 2)
    yield f"{prefix}bad.accepted", share(tally.bad, 2)


def _judge(specimen: Specimen, tally: PaperTally) -> None:
    frame = specimen.photograph.frame
    begun = time.process_time()
    outline = find_sheet(frame)
    measures = measure_sheet(straighten(frame, outline)) if outline else None
    tally.times.append(1000 * (time.process_time() - begun))
    found = outline is not None and _overlap(outline.corners, specimen) >= OVERLAP
    accepted = measures is not None and measures.doubt() is None
    tally.judged(specimen, found=found, accepted=accepted)


def _judge_as_before(specimen: Specimen, tally: PaperTally) -> None:
    frame = specimen.photograph.frame
    box = find_bounding_box(frame)
    found = False
    if box is not None:
        x, y, across, down = box
        sides = [(x, y), (x + across, y), (x + across, y + down), (x, y + down)]
        found = _overlap(np.array(sides, np.float32), specimen) >= OVERLAP
    tally.judged(specimen, found=found, accepted=accepts(frame))


def _overlap(corners: np.ndarray, specimen: Specimen) -> float:
    """Return the area that both outlines share, as a share of the area that either has."""
    truth = specimen.photograph.corners
    shared, _ = cv2.intersectConvexConvex(corners, truth)
    return float(shared / (cv2.contourArea(corners) + cv2.contourArea(truth) - shared))
