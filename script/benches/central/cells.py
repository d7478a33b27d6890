"""Simulation of cells, one a city: a storm of all terminals of 16 cities, and a nation's cells.

Reckoned, not measured: by the service times in cells.toml, the real load limits of the service
(`central.load.WorkSlots`), and waits as terminals make them. A cell works on one request after
another, as fast as its cores allow.
"""

from __future__ import annotations

import math
import statistics
from collections import deque
from contextlib import ExitStack
from dataclasses import dataclass
from heapq import heappop, heappush
from pathlib import Path
from random import Random

from central.load import LoadPolicy, WorkSlots
from central.policy import read_policy
from kiosk.config.schema import load
from kiosk.delivery.outbox import JITTER
from script.benches.figures import BenchFigure, Report
from wiring.places import CONFIG

SEED = 20261201
FILE = Path(__file__).with_suffix(".toml")


@dataclass(frozen=True)
class CellPlan:
    """The file cells.toml; its comments say what each member is."""

    put_ms: float
    heartbeat_ms: float
    cores: int
    each: int
    within_seconds: float
    drained_seconds: float
    heartbeats_a_minute: float
    heartbeats_core_share: float
    cities: tuple[int, ...]
    terminals_of_a_nation: int

    def drained_at_best(self, terminals: int) -> float:
        """Return the seconds that the cores of a cell need for a storm without a pause."""
        return terminals * self.each * self.put_ms / 1e3 / self.cores

    def heartbeat_share(self, terminals: int) -> float:
        """Return the share of one core that the heartbeats of a cell take."""
        return terminals * self.heartbeats_a_minute / 60 * self.heartbeat_ms / 1e3


@dataclass(frozen=True)
class CellStorm:
    """What a simulated storm took: until the last answer, and each accepted call's wait."""

    seconds: float
    p99: float
    turned_away: int


class Cell:
    """One cell on a clock of its own."""

    def __init__(self, plan: CellPlan, policy: LoadPolicy, terminals: int) -> None:
        self._plan, self._now, self._chance = plan, 0.0, Random(SEED)  # noqa: S311 - a simulation
        self._slots = WorkSlots(policy, lambda: self._now)
        self._left = [plan.each] * terminals
        self._due: list[tuple[float, int]] = []
        self._work: deque[tuple[int, float, ExitStack]] = deque()
        self._waits: list[float] = []

    def storm(self) -> CellStorm:
        """Let all terminals come; return what it took."""
        for terminal in range(len(self._left)):
            heappush(self._due, (self._chance.uniform(0, self._plan.within_seconds), terminal))
        while self._due or self._work:
            while self._due and self._due[0][0] <= self._now:
                self._ask(*heappop(self._due))
            if self._work:
                self._complete()
            elif self._due:
                self._now = self._due[0][0]
        p99 = statistics.quantiles(self._waits, n=100)[-1]
        return CellStorm(self._now, p99, self._slots.turned_away)

    def _ask(self, at: float, terminal: int) -> None:
        if wait := self._slots.take(str(terminal)):
            pause = wait * (1 + JITTER * self._chance.random())
            heappush(self._due, (self._now + pause, terminal))
            return
        held = ExitStack()
        held.enter_context(self._slots.held(str(terminal)))
        self._work.append((terminal, at, held))

    def _complete(self) -> None:
        self._now += self._plan.put_ms / 1e3 / self._plan.cores
        terminal, asked, held = self._work.popleft()
        held.close()
        self._waits.append(self._now - asked)
        self._left[terminal] -= 1
        if self._left[terminal]:
            heappush(self._due, (self._now, terminal))


def measure(*, quick: bool) -> Report:
    """Return storms of the cities and the first number of terminals that breaks each limit.

    `quick` looks at the smallest and the largest city alone.
    """
    plan, policy = load(CellPlan, FILE), read_policy(CONFIG / "central.toml")
    cities = (plan.cities[0], plan.cities[-1]) if quick else plan.cities
    storms = {size: Cell(plan, policy.load, size).storm() for size in cities}
    figures = {
        f"city_of_{size}": BenchFigure(one.seconds, "s to drain", plan.drained_seconds)
        for size, one in storms.items()
    }
    worst = max(storms.values(), key=lambda one: one.p99)
    cells = math.ceil(plan.terminals_of_a_nation / statistics.mean(plan.cities))
    breaks = first_breaks(plan, policy.connections.kept)
    return Report(
        "cells",
        {
            **figures,
            "worst_p99": BenchFigure(1e3 * worst.p99, "ms an accepted call"),
            "most_turned_away": BenchFigure(
                max(one.turned_away for one in storms.values()), "answers 503"
            ),
            **{
                f"breaks_{name}": BenchFigure(at, "terminals a cell") for name, at in breaks.items()
            },
            "cells_of_a_nation": BenchFigure(cells, "cells"),
        },
    )


def first_breaks(plan: CellPlan, kept: int) -> dict[str, int]:
    """Return the number of terminals above which each limit of a cell no longer holds.

    `kept`: connections that the service keeps open.
    """
    drained = plan.drained_seconds / plan.drained_at_best(1)
    beats = plan.heartbeats_core_share / plan.heartbeat_share(1)
    found = {"heartbeats": int(beats), "drained": int(drained), "kept_connections": kept}
    return dict(sorted(found.items(), key=lambda one: one[1]))
