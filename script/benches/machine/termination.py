"""Bench of how soon commands end after INT or TERM, and of what they leave behind."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from script.benches.figures import BenchFigure, Report
from script.benches.machine.terminated import (
    CTRL_C,
    TERMINATE,
    WAYS,
    Leftovers,
    Running,
    TerminationWay,
    running,
    wait_until,
)
from wiring.termination import SWEEPER

END_SECONDS = 2.0
LIMIT_SECONDS = 60.0  # for what never ends by itself
START_SECONDS = 300.0  # until a command is at work, also on a very busy machine
BENCH_PROCESSES = 5  # the bench, simulated devices, central service, kiosk, face engine


@dataclass(frozen=True)
class TerminationCase:
    """One command, by its folder for output, and the test that it is at work."""

    words: Callable[[Path], tuple[str, ...]]
    at_work: Callable[[Running], bool]

    def terminated(self, way: TerminationWay, folder: Path) -> Leftovers:
        """Start the command, end it, and return what was left."""
        with running((sys.executable, *self.words(folder / "out")), folder) as one:
            wait_until(self.at_work, one, START_SECONDS)
            return one.terminate(way, LIMIT_SECONDS)


def _draws_both(one: Running) -> bool:
    """Tell whether both processes of a gallery have drawn."""
    out = one.folder / "out"
    return any(out.glob("portrait-*/*.png")) and any(out.glob("landscape-*/*.png"))


def _packs(one: Running) -> bool:
    return any(words.startswith("dpkg-deb") for words in one.marked().values())


CASES = {
    "gallery": TerminationCase(lambda out: ("main.py", "demo", "--gallery", str(out)), _draws_both),
    "tour": TerminationCase(
        lambda out: ("main.py", "demo", "--tour", str(out)),
        lambda one: any((one.folder / "out").glob("*.png")),
    ),
    "bench": TerminationCase(
        lambda _out: ("-m", "script.benches", "start", "--quick"),
        lambda one: sum(SWEEPER not in it for it in one.marked().values()) >= BENCH_PROCESSES,
    ),
    "package": TerminationCase(
        lambda out: (
            *("-m", "script.packaging", "retirement-kiosk-training"),
            *("--out", str(out), "--compression", "xz"),
        ),
        _packs,
    ),
}


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
