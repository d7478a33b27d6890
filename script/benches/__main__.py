"""Runs one bench by name."""

from __future__ import annotations

import argparse
import importlib
import pkgutil
import sys
from pathlib import Path

from script.benches.figures import Report

NOT_BENCHES = (
    "__main__",
    "figures",
    "applicants",
    "bare_window",
    "cables",
    "cards_soak",
    "codecs",
    "codecs_atheris",
    "delivered_rows",
    "drawing",
    "hostile_noise",
    "hostile_proxy",
    "kills",
    "lost_power",
    "mirror",
    "power_cut",
    "pressing",
    "sdl_panel",
    "terminal_life",
    "visiting",
)


def names() -> list[str]:
    """Return the names of all benches."""
    here = str(Path(__file__).parent)
    return [one.name for one in pkgutil.iter_modules([here]) if one.name not in NOT_BENCHES]


def main() -> int:
    """Run one bench; 1 when a target is not held."""
    parser = argparse.ArgumentParser(prog="script/bench")
    parser.add_argument("name", choices=names())
    parser.add_argument("--quick", action="store_true", help="at most 45 seconds")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--soak", action="store_true", help="for a long time, where there is one")
    options = parser.parse_args()
    bench = importlib.import_module(f"script.benches.{options.name}")
    if options.soak and not hasattr(bench, "soak"):
        parser.error(f"{options.name} has no soak")
    report: Report = (bench.soak if options.soak else bench.measure)(quick=options.quick)
    print(report.as_json() if options.json else report.as_table())
    return 0 if report.holds else 1


if __name__ == "__main__":
    sys.exit(main())
