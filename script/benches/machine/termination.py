"""Bench of how soon commands end after INT or TERM, and of what they leave behind."""

from __future__ import annotations

import tempfile
from pathlib import Path

from script.benches.figures import BenchFigure, Report
from script.benches.machine.terminated import CTRL_C, TERMINATE, WAYS
from script.benches.machine.termination_cases import CASES

END_SECONDS = 2.0


def measure(*, quick: bool) -> Report:
    """End each command in each way."""
    figures = {}
    with tempfile.TemporaryDirectory(prefix="kiosk-bench-") as folder:
        for name, case in CASES.items():
            for number, way in enumerate((CTRL_C, TERMINATE) if quick else WAYS):
                left = case.terminated(way, Path(folder) / f"{name}-{number}")
                figures[f"{name}, {way.name}"] = BenchFigure(left.seconds, "s", END_SECONDS)
                figures[f"{name}, {way.name}, left"] = BenchFigure(
                    float(not left.clean), "not clean", 0
                )
    return Report("termination", figures)
