"""A fleet with faults, by the real calls: each fault is shown and alarmed within two heartbeats."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from central.web_accounts import WebRole
from script.benches.central.fleet.control_room import (
    FAULTS,
    QUICK,
    SEED,
    SimulatedFleet,
    draw_faults,
    names_of,
    watch_fleet,
)
from tests.central.standing import standing
from tests.central.web.desk import desk_over


@pytest.fixture
def fleet(tmp_path: Path, database: str) -> Iterator[SimulatedFleet]:
    names = names_of(QUICK)
    with (
        standing(tmp_path, database, terminals=names) as central,
        desk_over(central) as desk,
        central.client() as client,
    ):
        browser = desk.logged_in("T-0001", WebRole.TECHNICIAN)
        yield SimulatedFleet(central, client, browser, names, draw_faults(names, SEED))


def test_each_fault_is_shown_and_alarmed_within_two_heartbeats(fleet: SimulatedFleet) -> None:
    watch = watch_fleet(fleet)
    assert set(fleet.faults.values()) == set(FAULTS)
    assert watch.shown[0] == set()
    assert watch.shown[2] == set(fleet.faults)
    assert watch.alarmed[2] == fleet.expected()
