"""Loss of confirmed applications, and the time of a confirmation.

Power cuts, kills and damaged files, each beside a control that must fail, and how long confirming
takes.
"""

from __future__ import annotations

import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from script.benches.central.hostile_proxy import Fault
from script.benches.central.kills import Campaign
from script.benches.figures import Figure, Report
from script.benches.storage.confirming import speeds
from script.benches.storage.damaged_files import damages
from script.benches.storage.power_cut import cut_power

SEED = 20261386  # its first 40 connections bring every fault, the treacherous ones six times
FEWEST_IMAGES = 3_000


@dataclass(frozen=True)
class Size:
    """How much is tried; of power cuts every `cuts_every`-th."""

    applications: int
    cuts_every: int
    kills: int
    control_kills: int
    rows: int
    confirmations: int
    starts: int
    damages: int


WHOLE = Size(30, 1, 200, 30, 1_000_000, 600, 100, 1_000)
QUICK = Size(8, 5, 20, 8, 50_000, 120, 20, 100)


def measure(*, quick: bool) -> Report:
    """Run power cuts, kills and timings; the seed is printed on standard error."""
    print(f"filing: seed {SEED}", file=sys.stderr)
    size = QUICK if quick else WHOLE
    figures = speeds(size.rows, size.confirmations, size.starts)
    figures |= power_cuts(size, 0 if quick else FEWEST_IMAGES)
    figures |= kills(size)
    figures |= damages(size.damages, SEED)
    return Report("filing", figures)


def power_cuts(size: Size, fewest: int) -> dict[str, Figure]:
    """Return the effect of power cuts, and whether the weaker setting was detected."""
    found = cut_power(applications=size.applications, seed=SEED, every=size.cuts_every)
    control = cut_power(
        applications=size.applications // 2,
        seed=SEED,
        every=2 * size.cuts_every,
        synchronous="NORMAL",
        copies=False,
    )
    if found.violations:
        print(found, file=sys.stderr)
    return {
        "cut.acknowledged": Figure(found.acknowledged, "confirmations"),
        "cut.writes": Figure(found.writes, "writes"),
        "cut.images": Figure(found.images, "images", floor=fewest or None),
        "cut.images_too_few": Figure(max(0, fewest - found.images), "images", 0),
        "cut.violations": Figure(found.violations.total(), "violations", 0),
        "cut.control_violations": Figure(control.violations.total(), "violations"),
        "cut.control_most_lost": Figure(control.worst, "applications"),
        "cut.control_blind": Figure(not control.violations["acknowledged and gone"], "", 0),
    }


def kills(size: Size) -> dict[str, Figure]:
    """Return the effect of kills, and whether the naive sender was detected."""
    with tempfile.TemporaryDirectory(prefix="kiosk-kills-") as folder:
        safe = Campaign(Path(folder) / "safe", SEED, naive=False).run(size.kills)
        naive = Campaign(Path(folder) / "naive", SEED, naive=True).run(size.control_kills)
    if safe.lost or safe.doubled or safe.wrong or safe.leaks:
        print(safe, file=sys.stderr)
    blind = not (naive.lost and naive.doubled and naive.leaks)
    return {
        "kill.terminal": Figure(safe.terminal_kills, "kills"),
        "kill.server": Figure(safe.server_kills, "kills"),
        "kill.acknowledged": Figure(safe.acknowledged, "applications"),
        "kill.connections": Figure(safe.met.total(), "connections"),
        "kill.faults": Figure(safe.met.total() - safe.met[Fault.NONE], "connections"),
        "kill.lost": Figure(safe.lost, "applications", 0),
        "kill.doubled": Figure(safe.doubled, "applications", 0),
        "kill.wrong": Figure(len(safe.wrong), "kinds", 0),
        "kill.leaks": Figure(len(safe.leaks), "files", 0),
        "kill.control_acknowledged": Figure(naive.acknowledged, "applications"),
        "kill.control_lost": Figure(naive.lost, "applications"),
        "kill.control_doubled": Figure(naive.doubled, "applications"),
        "kill.control_blind": Figure(blind, "", 0),
    }
