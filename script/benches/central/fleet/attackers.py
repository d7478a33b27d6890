"""Bench of attackers beside honest terminals: what the others notice, and a control that fails.

2,000 sockets that say nothing, 200 slow heads, 200 slow bodies, bodies announced with 10 GB, and
one terminal that floods over 100 connections, all at once. Meanwhile terminals hand in applications
over TLS, by turns with and without attackers. The control is a service that only counts its
connections.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from http import HTTPStatus
from itertools import count
from pathlib import Path

from script.benches.central.fleet.attack_lines import BEGUN, Attack
from script.benches.central.fleet.attack_lines import MODULE as ATTACK
from script.benches.central.fleet.fleet import (
    DURABLE,
    END_SECONDS,
    FleetSize,
    StormCost,
    child_service,
    run_storm,
    serve_command,
)
from script.benches.central.fleet.storm import Storm
from script.benches.figures import BenchFigure, Report
from tests.postgresql import PostgresqlServer, installed, running
from wiring.places import ROOT

CONTROL = "script.benches.central.fleet.counted_connections"
WHOLE, QUICK = FleetSize(60, 4), FleetSize(20, 2)
PAIRS, QUICK_PAIRS = 5, 1
SLOWER = 1.3
CONTROL_PERCENT = 50.0
CONTROL_TRIES = 3


@dataclass(frozen=True)
class AttackedPair:
    """What the honest terminals saw without attackers and with them, and what those heard."""

    calm: StormCost
    attacked: StormCost
    heard: Counter[str]

    @property
    def slower(self) -> float:
        """How many times as long the median call took."""
        both = (statistics.median(one.result.milliseconds) for one in (self.attacked, self.calm))
        attacked, calm = both
        return attacked / calm

    @property
    def errors(self) -> int:
        """How many answers of honest terminals were no receipt, or did not come."""
        return sum(errors_of(one) for one in (self.calm, self.attacked))


def errors_of(cost: StormCost) -> int:
    """Return how many tries were not answered by a receipt."""
    statuses = cost.result.statuses
    return statuses.total() - statuses[str(HTTPStatus.CREATED.value)]


def measure(*, quick: bool) -> Report:
    """Run the pairs and the control. Raises SystemExit without PostgreSQL."""
    programs = installed()
    if programs is None:
        raise SystemExit("bench attackers: no PostgreSQL server: script/bootstrap --test")
    Path(tempfile.gettempdir()).chmod(0o711)  # for the account of the database's server
    size, pairs = (QUICK, QUICK_PAIRS) if quick else (WHOLE, PAIRS)
    with running(programs, DURABLE) as server, tempfile.TemporaryDirectory() as folder:
        found = _pairs(Path(folder) / "data", size, pairs, server)
        control = _control(Path(folder) / "control", size, server)
    heard = sum((one.heard for one in found), Counter[str]())
    wanted = size.terminals * size.each
    figures = {
        "others_errors": BenchFigure(sum(one.errors for one in found), "answers", 0),
        "others_slower": BenchFigure(
            statistics.median(one.slower for one in found),
            f"times, median of {pairs}",
            None if quick else SLOWER,
        ),
        "median_with": BenchFigure(
            statistics.median(statistics.median(one.attacked.result.milliseconds) for one in found),
            "ms a call",
            floor=statistics.median(
                statistics.median(one.calm.result.milliseconds) for one in found
            ),
        ),
        "service_with": BenchFigure(
            statistics.median(_core_percent(one.attacked) for one in found),
            "% of a core",
            floor=statistics.median(_core_percent(one.calm) for one in found),
        ),
        "control_served": BenchFigure(
            100.0 * control.result.statuses[str(HTTPStatus.CREATED.value)] / wanted,
            f"% in {CONTROL_TRIES} tries",
            CONTROL_PERCENT,
        ),
    }
    figures |= {f"heard: {name}": BenchFigure(n, "times") for name, n in sorted(heard.items())}
    return Report("attackers", figures)


def _core_percent(cost: StormCost) -> float:
    return 100.0 * cost.service_seconds / cost.result.seconds


def _pairs(data: Path, size: FleetSize, pairs: int, server: PostgresqlServer) -> list[AttackedPair]:
    """Let the terminals come without and with attackers, in changing order."""
    command = serve_command(data, server.fresh_database(), size.terminals + 1)
    found, numbers = [], count(step=size.terminals * size.each)
    with child_service(command, size) as (service, storm):
        run_storm(replace(storm, first=next(numbers)), service, server)  # what is compiled once
        for number in range(pairs):
            results: dict[bool, StormCost] = {}
            heard = Counter[str]()
            for is_attacked in (number % 2 == 0, number % 2 != 0):
                mine = replace(storm, first=next(numbers))
                if is_attacked:
                    with _attackers(storm, size.terminals) as heard:
                        results[True] = run_storm(mine, service, server)
                else:
                    results[False] = run_storm(mine, service, server)
            found.append(AttackedPair(results[False], results[True], heard))
    return found


def _control(data: Path, size: FleetSize, server: PostgresqlServer) -> StormCost:
    """Return what terminals get of a service that only counts its connections."""
    command = serve_command(data, server.fresh_database(), size.terminals + 1)
    control = [sys.executable, "-m", CONTROL, *command[2:]]
    with (
        child_service(control, size) as (service, storm),
        _attackers(storm, size.terminals),
    ):
        return run_storm(replace(storm, tries=CONTROL_TRIES), service, server)


@contextmanager
def _attackers(storm: Storm, flooder: int) -> Iterator[Counter[str]]:
    """Attack within the block; what was heard is in the counter afterwards."""
    attack = Attack(storm.url, storm.authority, storm.identities, flooder)
    child = subprocess.Popen(
        [sys.executable, "-m", ATTACK],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    heard = Counter[str]()
    assert child.stdin is not None
    assert child.stdout is not None
    try:
        child.stdin.write(json.dumps(asdict(attack)) + "\n")
        child.stdin.flush()
        assert child.stdout.readline().strip() == BEGUN
        yield heard
        said, _ = child.communicate(timeout=END_SECONDS)
        heard.update(json.loads(said))
    finally:
        child.kill()
        child.communicate()
