"""Bench of how soon a pulled cable is noticed, and the reader is ready after the plug.

In every state, with a worker as a terminal has one: an identity card reader on a pty and over TCP,
and a reader of social security cards over the real pcscd. Plugged again, it has another name.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from statistics import median, quantiles

from drivers.supervision.life import DeviceCondition
from script.benches.cards.apdu import private_pcscd
from script.benches.cards.cables import Cable, IdCardCable, PcscCable, Watch
from script.benches.figures import BenchFigure, Report

SEED = 20261124
FAULT_SECONDS, READY_SECONDS = 1.0, 3.0
# For how long a cable is away at most, and one that was long absent: the pauses have grown by then.
AWAY, LONG_AWAY = 1.5, 12.0
QUICK_AWAY = 0.5
Times = dict[str, tuple[list[float], list[float]]]


def measure(*, quick: bool) -> Report:
    """Pull every cable in every state."""
    rounds = 1 if quick else 5
    away = (QUICK_AWAY, QUICK_AWAY) if quick else (AWAY, LONG_AWAY)
    random = Random(SEED)  # noqa: S311 - when a cable is pulled is no secret
    figures: dict[str, BenchFigure] = {}
    with tempfile.TemporaryDirectory(prefix="kiosk-bench-") as folder, private_pcscd() as daemon:
        ways: dict[str, Callable[[Watch], Cable]] = {
            "pty": lambda watch: IdCardCable(Path(folder) / "idcard", watch),
            "tcp": lambda watch: IdCardCable(0, watch),
            "pcsc": lambda watch: PcscCable(daemon, watch),
        }
        for way, make in ways.items():
            figures |= figures_of(way, pulled(make, rounds, away, random))
    return Report("unplug", {"pulls": pulls_of(figures)} | figures)


def pulled(
    make: Callable[[Watch], Cable], rounds: int, away: tuple[float, float], random: Random
) -> Times:
    """Return seconds until the fault and until ready again, by the state it was pulled in.

    `away`: the longest absence in seconds, and that of the state "absent".
    """
    watch = Watch(random)
    cable = make(watch)
    times: Times = {state: ([], []) for state in cable.states}
    try:
        watch.until(DeviceCondition.READY)
        for _ in range(rounds):
            for state, (faults, readies) in times.items():
                cable.pull_in(state)
                faults.append(watch.until(DeviceCondition.FAULT) - watch.pulled_at)
                watch.pause(0.0, away[state == "absent"])
                plugged = time.monotonic()
                cable.plug()
                readies.append(watch.until(DeviceCondition.READY) - plugged)
    finally:
        cable.close()
    return times


def figures_of(way: str, times: Times) -> dict[str, BenchFigure]:
    """Return the figures of one way; all states together, and each."""
    named = {f"{way}_{state}": both for state, both in times.items()}
    faults, readies = ([one for both in times.values() for one in both[at]] for at in (0, 1))
    found: dict[str, BenchFigure] = {f"{way}_pulls": BenchFigure(len(faults), "times")}
    for name, (gone, back) in {f"{way}_all": (faults, readies), **named}.items():
        found[f"{name}_fault_p50"] = BenchFigure(median(gone), "s")
        found[f"{name}_fault_p95"] = BenchFigure(p95(gone), "s", FAULT_SECONDS)
        found[f"{name}_ready_p50"] = BenchFigure(median(back), "s")
        found[f"{name}_ready_p95"] = BenchFigure(p95(back), "s", READY_SECONDS)
    return found


def pulls_of(figures: dict[str, BenchFigure]) -> BenchFigure:
    """Return how often a cable was pulled."""
    return BenchFigure(
        sum(one.value for name, one in figures.items() if name.endswith("_pulls")), "times"
    )


def p95(values: list[float]) -> float:
    """Return the 95th percentile, never above the longest of few."""
    if len(values) == 1:
        return values[0]
    return min(max(values), quantiles(values, n=20)[-1])
