"""The simulation of cells loses nobody, and breaks where its figures say."""

from __future__ import annotations

from dataclasses import replace

from central.policy import read_policy
from kiosk.config.schema import load
from script.benches.central.cells import FILE, Cell, CellPlan, first_breaks
from wiring.places import CONFIG

POLICY = read_policy(CONFIG / "central.toml")
PLAN = replace(load(CellPlan, FILE), each=3)


def test_a_storm_takes_as_long_as_its_work_and_a_little_more() -> None:
    found = Cell(PLAN, POLICY.load, 400).storm()
    best = PLAN.drained_at_best(400)
    assert best <= found.seconds <= best + PLAN.within_seconds + 5, found
    assert found.p99 <= 0.3


def test_a_slower_cell_breaks_earlier() -> None:
    plan = load(CellPlan, FILE)
    slow = replace(plan, put_ms=4 * plan.put_ms, heartbeat_ms=4 * plan.heartbeat_ms)
    usual, later = first_breaks(slow, 2500), first_breaks(plan, 2500)
    assert list(usual) == ["heartbeats", "drained", "kept_connections"]
    assert list(later) == ["heartbeats", "kept_connections", "drained"]
    assert usual["drained"] * 4 in range(later["drained"] - 3, later["drained"] + 4)
