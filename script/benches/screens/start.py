"""Bench of the time to the first page and of an idle kiosk's cost, beside a bare window."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import psutil

from drivers.simulated.desk import DemoDesk
from kiosk.units import MIB
from script.benches.figures import BenchFigure, Report

ROOT = Path(__file__).resolve().parents[3]
SETTLE_SECONDS = 4.0


@dataclass(frozen=True)
class StartRun:
    """One start: seconds to the first page, percent of a core while idle, MiB of each process."""

    start: float
    idle: float
    ui: float
    face: float


def measure(*, quick: bool) -> Report:
    """Start kiosk and bare window in turn and measure both."""
    starts, idle_seconds = (3, 5.0) if quick else (5, 30.0)
    with (
        tempfile.TemporaryDirectory(prefix="kiosk-bench-") as folder,
        DemoDesk(ROOT, Path(folder), "BZ-DEMO-0001") as desk,
    ):
        site = str(desk.write_site())
        profile = str(ROOT / "config" / "profiles" / "demo.toml")
        kiosk = [str(ROOT / "main.py"), "run", profile, site, "--ready"]
        bare = ["-m", "script.benches.screens.bare_window"]
        ready = Path(folder) / "ready.json"
        kiosk_runs, bare_runs = [], []
        for number in range(starts):
            idle = idle_seconds if number == 0 else 0.0
            kiosk_runs.append(start_once(kiosk, ready, idle))
            bare_runs.append(start_once(bare, ready, idle))
    return report(kiosk_runs, bare_runs)


def report(kiosk: list[StartRun], bare: list[StartRun]) -> Report:
    """Return medians of the starts, and the first run's idle and memory figures."""
    above = kiosk[0].idle - bare[0].idle
    floor_start = median(run.start for run in bare)
    return Report(
        "start",
        {
            "start_seconds": BenchFigure(median(run.start for run in kiosk), "s", 1.5, floor_start),
            "idle_above_floor": BenchFigure(above, "% of a core", 1.0, bare[0].idle),
            "ui_memory": BenchFigure(kiosk[0].ui, "MiB", 350.0, bare[0].ui),
            "face_memory": BenchFigure(kiosk[0].face, "MiB", 300.0),
        },
    )


def start_once(command: list[str], ready: Path, idle_seconds: float) -> StartRun:
    """Start a program, wait for its first page, and measure it idle for so many seconds."""
    ready.unlink(missing_ok=True)
    began = time.time()
    with subprocess.Popen([sys.executable, *command, str(ready)], cwd=ROOT) as child:
        try:
            said = wait_for(ready, child)
            idle, ui, face = 0.0, 0.0, 0.0
            if idle_seconds:
                time.sleep(SETTLE_SECONDS)
                idle, ui, face = watch(psutil.Process(child.pid), said["face"], idle_seconds)
            return StartRun(said["at"] - began, idle, ui, face)
        finally:
            child.terminate()


def wait_for(ready: Path, child: subprocess.Popen[bytes]) -> dict[str, float]:
    """Return what the program wrote at its first page; raises RuntimeError when it ended before."""
    while child.poll() is None:
        if ready.exists() and (text := ready.read_text()):
            said: dict[str, float] = json.loads(text)
            return said
        time.sleep(0.02)
    raise RuntimeError("it ended before its first page")


def watch(
    process: psutil.Process, face: float | None, seconds: float
) -> tuple[float, float, float]:
    """Return percent of a core, and MiB of the UI and of the face process."""
    process.cpu_percent()
    time.sleep(seconds)
    idle = process.cpu_percent()
    memory = process.memory_info().rss / MIB
    if face is None:
        return idle, memory, 0.0
    return idle, memory, psutil.Process(int(face)).memory_info().rss / MIB
