"""Bench of broken configuration files: each file is damaged many times, by seed."""

from __future__ import annotations

import shutil
import sys
import tempfile
import traceback
from pathlib import Path

from script.benches.figures import BenchFigure, Report
from script.benches.fuzzing.broken_files import CONFIG, FILES, both_ways

EXAMPLES, QUICK = 100, 2


def measure(*, quick: bool) -> Report:
    """Read each broken file; show and count exceptions that are no refusal."""
    tried = raised = 0
    with tempfile.TemporaryDirectory(prefix="kiosk-bench-") as folder:
        copy = Path(shutil.copytree(CONFIG, Path(folder) / "config"))
        for name, check in sorted(FILES.items()):
            try:
                tried += both_ways(name, check, copy, QUICK if quick else EXAMPLES)
            except Exception:  # noqa: BLE001 - this is what is looked for
                print(f"{name}:", traceback.format_exc(), sep="\n", file=sys.stderr)
                raised += 1
    return Report(
        "config",
        {
            "files": BenchFigure(len(FILES), "files"),
            "broken_files_read": BenchFigure(tried, "files"),
            "files_with_an_exception": BenchFigure(raised, "files", 0.0),
        },
    )
