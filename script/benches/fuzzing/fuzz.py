"""Fuzzing of all codecs: Hypothesis for some time, atheris where it is installed.

Failures are counted, their inputs shown on standard error. One run is one input.
"""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from script.benches.figures import BenchFigure, Report
from script.benches.fuzzing.codecs import CODECS, Check, seeds

QUICK_SECONDS, SECONDS = 2.0, 120.0
ROUND = 200  # inputs between two looks at the clock
LONGEST = 2500
SEED = 20261124
EXECUTED = re.compile(r"stat::number_of_executed_units:\s*(\d+)")
GRACE_SECONDS = 60
Edit = tuple[int, bytes, int]


def edited(sound: bytes, edits: list[Edit]) -> bytes:
    """Return the input with each edit made: at a place, these bytes instead of so many."""
    for place, new, old in edits:
        at = place % (len(sound) + 1)
        sound = sound[:at] + new + sound[at + old :]
    return sound


def inputs() -> st.SearchStrategy[bytes]:
    """Return a strategy of arbitrary bytes, and of sound inputs with a few edits."""
    edit = st.tuples(st.integers(0, LONGEST), st.binary(max_size=6), st.integers(0, 8))
    nearly = st.builds(edited, st.sampled_from(seeds()), st.lists(edit, max_size=4))
    return st.binary(max_size=LONGEST) | nearly


def by_hypothesis(check: Check, seconds: float, number: int) -> tuple[int, int]:
    """Return how many inputs were tried, and how many failures were found."""
    tried, until, anything = 0, time.monotonic() + seconds, inputs()

    def one(raw: bytes) -> None:
        nonlocal tried
        tried += 1
        check(raw)

    plan = settings(
        max_examples=ROUND,
        deadline=None,
        database=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    while True:
        run: Callable[[], None] = seed(SEED + number)(plan(given(anything)(one)))
        number += len(CODECS)
        try:
            run()
        except Exception:  # noqa: BLE001 - this is what is looked for
            traceback.print_exc()
            return tried, 1
        if time.monotonic() >= until:
            return tried, 0


def by_atheris(name: str, seconds: float) -> tuple[int, int]:
    """Return the same from a process under atheris."""
    with tempfile.TemporaryDirectory(prefix="kiosk-fuzz-") as folder:
        command = [sys.executable, "-m", "script.benches.fuzzing.codecs_atheris", name]
        limits = [str(max(1, round(seconds))), folder]
        ended = subprocess.run(
            [*command, *limits],
            process_group=0,
            capture_output=True,
            text=True,
            check=False,
            timeout=seconds + GRACE_SECONDS,
        )
    if ended.returncode:
        sys.stderr.write(ended.stderr)
    found = EXECUTED.search(ended.stderr)
    return int(found[1]) if found else 0, int(ended.returncode != 0)


def measure(*, quick: bool) -> Report:
    """Fuzz every codec for its share of the time."""
    has_atheris = importlib.util.find_spec("atheris") is not None
    share = (QUICK_SECONDS if quick else SECONDS) / len(CODECS) / (1 + has_atheris)
    figures: dict[str, BenchFigure] = {}
    for number, (name, check) in enumerate(CODECS.items()):
        tried, failed = by_hypothesis(check, share, number)
        figures[f"{name}_runs"] = BenchFigure(tried, "inputs")
        if has_atheris:
            more, also = by_atheris(name, share)
            figures[f"{name}_atheris"] = BenchFigure(more, "inputs")
            failed += also
        figures[f"{name}_failures"] = BenchFigure(failed, "inputs", 0)
    figures["runs"] = BenchFigure(
        sum(f.value for k, f in figures.items() if k.endswith(("_runs", "_atheris"))), "inputs"
    )
    return Report("fuzz", figures)
