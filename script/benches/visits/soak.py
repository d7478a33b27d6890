"""Soak of a terminal: growth over visits with random faults, drawn and without pages."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from script.benches.figures import BenchFigure, Report
from script.benches.screens.screens import WARM, Workroom, grown

DRAWN, TOLD = 1_000, 100_000
QUICK_DRAWN, QUICK_TOLD = 4, 500


def measure(*, quick: bool) -> Report:
    """Run troubled visits; each has to end at the idle page, or the part fails."""
    drawn, told = (QUICK_DRAWN, QUICK_TOLD) if quick else (DRAWN, TOLD)
    with tempfile.TemporaryDirectory(prefix="kiosk-bench-") as folder:
        room = Workroom(Path(folder))
        parts = {
            "drawn": room.begin("drawing", drawn, "--troubled"),
            "told": room.begin("drawing", told, "--table", "--troubled"),
        }
        figures: dict[str, BenchFigure] = {
            "drawn_visits": BenchFigure(drawn, "visits"),
            "told_visits": BenchFigure(told, "visits"),
        }
        for name, wait in parts.items():
            figures |= lasted(name, wait())
        return Report("soak", figures)


def lasted(name: str, sizes: Mapping[str, Sequence[float]]) -> dict[str, BenchFigure]:
    """Return what grew since the warm-up, and what was not released."""
    warm = int(len(sizes["mib"]) * WARM)
    left = {
        f"{name}_{what}_left": BenchFigure(
            max(sizes[what][-1] - max(sizes[what][: warm + 1]), 0.0), what, 0.0
        )
        for what in ("threads", "files")
    }
    fonts = {f"{name}_fonts": BenchFigure(max(sizes["fonts"]), "sizes of fonts")}
    return grown(name, sizes["mib"]) | left | fonts
