"""The command `script/bench`: runs one bench by name."""

from __future__ import annotations

import argparse
import importlib
import sys
from math import inf
from pathlib import Path

from script.benches.figures import Report
from wiring.termination import run_terminably

BENCHES = {
    "apdu": "cards.apdu",
    "attack": "attack",
    "attackers": "central.fleet.attackers",
    "backups": "central.backups",
    "boot": "machine.boot",
    "cards": "cards.cards",
    "cells": "central.cells",
    "city": "central.city",
    "config": "fuzzing.config",
    "container": "machine.container",
    "control-room": "central.fleet.control_room",
    "face": "face.face",
    "filing": "storage.filing",
    "fleet": "central.fleet.fleet",
    "fleet-kills": "central.fleet.fleet_kills",
    "fuzz": "fuzzing.fuzz",
    "growth": "central.fleet.city_growth",
    "install": "machine.install",
    "lintian": "machine.lintian",
    "offices": "central.offices",
    "old-revision": "central.old_revision",
    "papers": "papers.papers",
    "pilot": "visits.pilot",
    "reading": "papers.reading",
    "remote": "central.fleet.remote_help",
    "rings": "machine.rings",
    "rollout": "central.fleet.rollout",
    "rules": "visits.rules",
    "screens": "screens.screens",
    "soak": "visits.soak",
    "start": "screens.start",
    "termination": "machine.termination",
    "touch": "screens.touch",
    "unplug": "cards.unplug",
    "update": "machine.update",
    "upgrade": "machine.upgrade",
    "vault": "central.vault",
    "visit": "visits.visit",
    "writing": "visits.writing",
}
"""The module of each bench, below this package."""


def main() -> int:
    """Run one bench; return 1 when a target is missed."""
    parser = argparse.ArgumentParser(prog="script/bench")
    parser.add_argument("name", choices=BENCHES)
    parser.add_argument("--quick", action="store_true", help="at most 45 seconds")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--soak", action="store_true", help="for a long time, where there is one")
    parser.add_argument("--clips", action="store_true", help="face: rendered people and attacks")
    parser.add_argument("--data", type=Path, help="face: a folder of faces, one folder a person")
    parser.add_argument(
        "--kept", type=Path, help="boot, clips, rings: keep what was made there, and go on"
    )
    parser.add_argument("--share", default="1/1", help="clips: of several processes, such as 1/2")
    parser.add_argument("--seconds", type=float, default=inf, help="clips: end early, and report")
    parser.add_argument("--movements", default="", help="clips: ask for these, such as turn_left,…")
    parser.add_argument("--count", type=int, default=0, help="rings: so many terminals")
    options = parser.parse_args()
    bench = importlib.import_module(f"script.benches.{BENCHES[options.name]}")
    kind = "soak" if options.soak else "clips" if options.clips else "measure"
    kind = "folder" if options.data else kind
    if not hasattr(bench, kind):
        parser.error(f"{options.name} has no {kind}")
    arguments: dict[str, object] = {"data": options.data} if options.data else {}
    if kind == "clips":
        said = (options.kept, options.share, options.seconds, options.movements)
        arguments["campaign"] = bench.campaign(*said)
    if options.name == "rings":
        arguments["count"] = options.count
    if options.name in ("boot", "rings"):
        arguments["kept"] = options.kept
    report: Report = getattr(bench, kind)(quick=options.quick, **arguments)
    print(report.as_json() if options.json else report.as_table())
    return 0 if report.holds else 1


if __name__ == "__main__":
    sys.exit(run_terminably(main, own_temporary=True))
