"""Bench of the screen: answer to a press, next page, camera frames, memory.

Each part is a process of its own. The times come first, one after the other; the two that only grow
run side by side then, because nothing is timed in them.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import linear_regression, median, quantiles
from typing import Any

from script.benches.figures import BenchFigure, Report

ROOT = Path(__file__).parents[3]
ANSWER_MS, NEXT_MS = 100.0, 200.0
# Looked for at the loop's own steps (graphics.maxfps), so a picture comes one step late at most.
GAP_MS = 1000 / 15 + 1000 / 30
SHOWN_SHARE = 5.0  # percent of the camera's pictures that may be missed
GROWTH = 2.0  # percent
ENOUGH = 900  # figures, below which a straight line says nothing
WARM = 0.1  # of the visits: caches of characters, pictures and patterns fill


@dataclass(frozen=True)
class Extent:
    """How many presses, seconds and visits each part takes."""

    presses: int
    idle_seconds: float
    mirror_seconds: float
    drawn: int
    told: int


FULL = Extent(300, 10.0, 30.0, 1_100, 100_000)
QUICK = Extent(12, 2.0, 4.0, 4, 500)


def measure(*, quick: bool) -> Report:
    """Time presses, watch the camera page, and measure growth over many visits."""
    extent = QUICK if quick else FULL
    with tempfile.TemporaryDirectory(prefix="kiosk-bench-") as folder:
        room = Workroom(Path(folder))
        bare = room.run("pressing", extent.presses, "--bare")
        kiosk = room.run("pressing", extent.presses, "--idle", extent.idle_seconds)
        mirror = room.run("mirror", extent.mirror_seconds)
        drawn = room.begin("drawing", extent.drawn)
        told = room.begin("drawing", extent.told, "--table")
        figures = pressed(kiosk, bare) | mirrored(mirror)
        return Report(
            "screens", figures | grown("drawn", drawn()["mib"]) | grown("told", told()["mib"])
        )


class Workroom:
    """Runs the parts of the bench; each writes its result into a file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def run(self, part: str, *arguments: object) -> Any:
        return self.begin(part, *arguments)()

    def begin(self, part: str, *arguments: object) -> Any:
        """Start a part; return a function that waits for it and returns its result.

        That function raises RuntimeError when the part fails.
        """
        out = self._folder / "-".join(map(str, (part, *arguments)))
        words = [*map(str, arguments), "--out", str(out)]
        command = [sys.executable, "-m", f"{__package__}.{part}", *words]
        without_screen = {**os.environ, "SDL_VIDEODRIVER": "offscreen"}
        child = subprocess.Popen(command, cwd=ROOT, env=without_screen, process_group=0)

        def found() -> Any:
            if child.wait():
                raise RuntimeError(f"{part} ended with {child.returncode}")
            return json.loads(out.read_text())

        return found


def pressed(kiosk: dict[str, Any], bare: dict[str, Any]) -> dict[str, BenchFigure]:
    """Return the times of presses, beside those of a bare window."""
    figures = {"missed": BenchFigure(kiosk["missed"], "presses", 0.0, bare["missed"])}
    for name, key, most in (("answer", "answers", ANSWER_MS), ("next", "nexts", NEXT_MS)):
        (half, late), (bare_half, bare_late) = (
            middle_and_late(kiosk[key]),
            middle_and_late(bare[key]),
        )
        figures[f"{name}_p50"] = BenchFigure(half, "ms", None, bare_half)
        figures[f"{name}_p95"] = BenchFigure(late, "ms", most, bare_late)
        figures[f"{name}_p95_ratio"] = BenchFigure(late / bare_late, "x bare window")
    first, bare_first = 1e3 * kiosk["nexts"][0], 1e3 * bare["nexts"][0]
    figures["first_next"] = BenchFigure(first, "ms", NEXT_MS, bare_first)
    figures["idle_pictures"] = BenchFigure(kiosk["idle_pictures"], "pictures", 0.0)
    return figures


def middle_and_late(seconds: Sequence[float]) -> tuple[float, float]:
    """Return the median and the 95th percentile in ms."""
    return 1e3 * median(seconds), 1e3 * quantiles(seconds, n=20)[-1]


def mirrored(mirror: dict[str, Any]) -> dict[str, BenchFigure]:
    """Return how the camera page keeps up with the camera."""
    missed = 100 * (1 - mirror["a_second"] / mirror["came_a_second"])
    half, late = middle_and_late(mirror["gaps"])
    return {
        "camera_a_second": BenchFigure(
            mirror["a_second"], "pictures", None, mirror["came_a_second"]
        ),
        "camera_missed": BenchFigure(missed, "% of pictures", SHOWN_SHARE),
        "camera_gap_p50": BenchFigure(half, "ms", None, 1e3 / mirror["came_a_second"]),
        "camera_gap_p95": BenchFigure(late, "ms", GAP_MS),
    }


def grown(name: str, sizes: Sequence[float]) -> dict[str, BenchFigure]:
    """Return by how many percent a straight line through the sizes rises after the warm-up."""
    kept = sizes[int(len(sizes) * WARM) :]
    slope, first = linear_regression(range(len(kept)), kept)
    growth = 100 * slope * (len(kept) - 1) / first
    return {
        f"{name}_growth": BenchFigure(
            growth, "% of memory", GROWTH if len(kept) >= ENOUGH else None
        ),
        f"{name}_memory": BenchFigure(max(sizes), "MiB"),
    }
