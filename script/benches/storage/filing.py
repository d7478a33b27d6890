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
from script.benches.figures import BenchFigure, Report
from script.benches.storage.confirming import speeds
from script.benches.storage.damaged_files import damages
from script.benches.storage.power_cut import cut_power

SEED = 20261386  # its first 40 connections bring every fault, the treacherous ones six times
FEWEST_IMAGES = 3_000


@dataclass(frozen=True)
class CampaignSize:
    """How much is tried; of power cuts every `cuts_every`-th."""

    applications: int
    cuts_every: int
    kills: int
    control_kills: int
    rows: int
    confirmations: int
    starts: int
    damages: int


WHOLE = CampaignSize(30, 1, 200, 30, 1_000_000, 600, 100, 1_000)
QUICK = CampaignSize(8, 5, 20, 8, 50_000, 120, 20, 100)


def measure(*, quick: bool) -> Report:
    """Run power cuts, kills and timings; the seed is printed on standard error."""
    print(f"filing: seed {SEED}", file=sys.stderr)
    size = QUICK if quick else WHOLE
    figures = speeds(size.rows, size.confirmations, size.starts)
    figures |= power_cuts(size, 0 if quick else FEWEST_IMAGES)
    figures |= kills(size)
    figures |= damages(size.damages, SEED)
    return Report("filing", figures)


def power_cuts(size: CampaignSize, fewest: int) -> dict[str, BenchFigure]:
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
        "cut.acknowledged": BenchFigure(found.acknowledged, "confirmations"),
        "cut.writes": BenchFigure(found.writes, "writes"),
        "cut.images": BenchFigure(found.images, "images", floor=fewest or None),
        "cut.images_too_few": BenchFigure(max(0, fewest - found.images), "images", 0),
        "cut.violations": BenchFigure(found.violations.total(), "violations", 0),
        "cut.control_violations": BenchFigure(control.violations.total(), "violations"),
        "cut.control_most_lost": BenchFigure(control.worst, "applications"),
        "cut.control_blind": BenchFigure(not control.violations["acknowledged and gone"], "", 0),
    }


def kills(size: CampaignSize) -> dict[str, BenchFigure]:
    """Return the effect of kills, and whether the naive sender was detected."""
    with tempfile.TemporaryDirectory(prefix="kiosk-kills-") as folder:
        safe = Campaign(Path(folder) / "safe", SEED, naive=False).run(size.kills)
        naive = Campaign(Path(folder) / "naive", SEED, naive=True).run(size.control_kills)
    if safe.lost or safe.doubled or safe.wrong or safe.leaks:
        print(safe, file=sys.stderr)
    blind = not (naive.lost and naive.doubled and naive.leaks)
    return {
        "kill.terminal": BenchFigure(safe.terminal_kills, "kills"),
        "kill.server": BenchFigure(safe.server_kills, "kills"),
        "kill.acknowledged": BenchFigure(safe.acknowledged, "applications"),
        "kill.connections": BenchFigure(safe.met.total(), "connections"),
        "kill.faults": BenchFigure(safe.met.total() - safe.met[Fault.NONE], "connections"),
        "kill.lost": BenchFigure(safe.lost, "applications", 0),
        "kill.doubled": BenchFigure(safe.doubled, "applications", 0),
        "kill.wrong": BenchFigure(len(safe.wrong), "kinds", 0),
        "kill.leaks": BenchFigure(len(safe.leaks), "files", 0),
        "kill.control_acknowledged": BenchFigure(naive.acknowledged, "applications"),
        "kill.control_lost": BenchFigure(naive.lost, "applications"),
        "kill.control_doubled": BenchFigure(naive.doubled, "applications"),
        "kill.control_blind": BenchFigure(blind, "", 0),
    }
