"""Bench of the control room: a simulated fleet with faults, by the real calls and pages.

Every terminal signs its own heartbeats; a drawn share of them has a fault. After each round of
heartbeats the page's table and the alarms are read: each fault has to be in both after the second.
"""

from __future__ import annotations

import csv
import io
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

from central.web_accounts import WebRole
from script.benches.figures import BenchFigure, Report
from tests.central.fleet.test_fleet import BEAT
from tests.central.standing import standing
from tests.central.web.desk import desk_over

if TYPE_CHECKING:
    from starlette.testclient import TestClient

    from tests.central.standing import Standing
    from tests.central.web.desk import Browser

SEED = 20261201
WHOLE, QUICK = 1477, 60
SHARE = 0.4  # of the terminals that have a fault
WELL = {"idcard": "ready", "camera": "ready", "printer": "ready"}
FAULTS: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "reader": ("device-unusable", {"states": WELL | {"idcard": "absent"}}),
    "camera": ("device-unusable", {"states": WELL | {"camera": "fault"}}),
    "printer": ("device-unusable", {"states": WELL | {"printer": "fault"}, "paper": "out"}),
    "disk": ("disk-low", {"disk_free_percent": 4}),
    "waiting": ("oldest-pending", {"waiting": 3, "oldest_seconds": 7200}),
    "quarantined": ("quarantined", {"quarantined": 1}),
    "settings": ("settings-returned", {"refused": "abcdefghijkm"}),
    "update": ("update-failed", {"update": {"version": "0.3.0", "reason": "not_ready"}}),
}
"""Alarm and what the heartbeat says, by the name of the fault."""
ILL = "有毛病"
PAGE_MS = 200.0
NAME, STATE = "终端", "情况"


def names_of(count: int) -> tuple[str, ...]:
    """Return the codes of so many terminals."""
    return tuple(f"BZ-{number:04d}" for number in range(1, count + 1))


def draw_faults(names: tuple[str, ...], seed: int) -> dict[str, str]:
    """Return the fault of each terminal that has one; every fault occurs where there is room."""
    drawn = Random(seed)  # noqa: S311 - which terminal is ill
    ill = drawn.sample(names, max(1, round(len(names) * SHARE)))
    kinds = sorted(FAULTS)
    return {name: kinds[place % len(kinds)] for place, name in enumerate(ill)}


@dataclass
class FleetWatch:
    """What was seen after each round: terminals shown as ill, alarms by terminal and kind."""

    shown: list[set[str]] = field(default_factory=list)
    alarmed: list[set[tuple[str, str]]] = field(default_factory=list)
    table_ms: list[float] = field(default_factory=list)


@dataclass
class SimulatedFleet:
    """Terminals that send heartbeats to a service, and the technician's browser."""

    central: Standing
    client: TestClient
    browser: Browser
    names: tuple[str, ...]
    faults: Mapping[str, str]

    def beat(self, *, ill: bool) -> None:
        """Let a minute pass, and every terminal send its heartbeat, with its fault when `ill`."""
        self.central.clock[0] += timedelta(minutes=1)
        usual = BEAT | {"states": WELL, "at": self.central.clock[0].isoformat()}
        for name in self.names:
            fault = FAULTS[self.faults[name]][1] if ill and name in self.faults else {}
            headers = self.central.headers(name, content_type="application/json")
            answer = self.client.post("/v1/heartbeat", json={**usual, **fault}, headers=headers)
            assert answer.status_code == HTTPStatus.OK, answer.text

    def look(self, watch: FleetWatch) -> None:
        """Read the table and the alarms."""
        began = time.perf_counter()
        assert self.browser.get("/fleet").status_code == HTTPStatus.OK
        watch.table_ms.append(1e3 * (time.perf_counter() - began))
        table = self.browser.get("/fleet.csv").content.decode("utf-8-sig")
        rows = csv.DictReader(io.StringIO(table))
        watch.shown.append({one[NAME] for one in rows if one[STATE] == ILL})
        alarms = self.central.office.store.alarms.all()
        watch.alarmed.append({(one.terminal, one.kind.value) for one in alarms})

    def expected(self) -> set[tuple[str, str]]:
        """Return each ill terminal with the kind of its alarm."""
        return {(name, FAULTS[fault][0]) for name, fault in self.faults.items()}


def watch_fleet(fleet: SimulatedFleet, rounds: int = 2) -> FleetWatch:
    """Let all be well once, then the faults begin: return what was seen in `rounds` rounds."""
    watch = FleetWatch()
    fleet.beat(ill=False)
    fleet.look(watch)
    for _ in range(rounds):
        fleet.beat(ill=True)
        fleet.look(watch)
    return watch


def measure(*, quick: bool) -> Report:
    """Watch a fleet through two heartbeats of its faults."""
    names = names_of(QUICK if quick else WHOLE)
    with (
        tempfile.TemporaryDirectory() as folder,
        standing(Path(folder), terminals=names) as made,
        desk_over(made) as desk,
        made.client() as client,
    ):
        browser = desk.logged_in("T-0001", WebRole.TECHNICIAN)
        fleet = SimulatedFleet(made, client, browser, names, draw_faults(names, SEED))
        watch = watch_fleet(fleet)
    wanted, ill = fleet.expected(), set(fleet.faults)
    return Report(
        "control_room",
        {
            "terminals": BenchFigure(len(names), "terminals"),
            "ill": BenchFigure(len(ill), "terminals"),
            "shown_before": BenchFigure(len(watch.shown[0]), "terminals", 0),
            "not_shown_first": BenchFigure(len(ill - watch.shown[1]), "terminals"),
            "not_shown_second": BenchFigure(len(ill - watch.shown[2]), "terminals", 0),
            "not_alarmed_second": BenchFigure(len(wanted - watch.alarmed[2]), "terminals", 0),
            "alarms_of_others": BenchFigure(len(watch.alarmed[2] - wanted), "alarms", 0),
            "page": BenchFigure(max(watch.table_ms), "ms", PAGE_MS),
        },
    )
