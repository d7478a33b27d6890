"""Two worker hosts whose clocks differ, killed at random, an office down, the database restarted.

Every task has its effect once, and none is lost. `script/bench offices` does the same with 1,000
cases, and measures.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from central.offices.simulated_system import OfficeSystemState, simulated_office
from tests.central.standing import CONFIG, Standing, all_needs, numbered, standing
from tests.postgresql import PostgresqlServer, installed, running

CASES, KILLS, SEED = 12, 10, 20261130
SKEWS = (-180.0, 240.0)  # seconds, of the two hosts' clocks
LIMIT = 300.0
LEFT_OUT = ("R02", "R03")  # they exclude R01
START = "tests.central.offices.worker_process"


@dataclass
class Hosts:
    """Worker processes, one a host; one that was killed is started again."""

    words: list[list[str]]
    systems: Mapping[str, str]
    log: Path
    running: list[subprocess.Popen[str]] = field(default_factory=list)

    def start(self, host: int) -> subprocess.Popen[str]:
        with self.log.open("a") as log:
            command = [sys.executable, "-m", START, *self.words[host]]
            process = subprocess.Popen(
                command, cwd=CONFIG.parent, stdin=subprocess.PIPE, stderr=log, text=True
            )
        assert process.stdin
        process.stdin.write(json.dumps(self.systems))
        process.stdin.close()
        return process

    def kill(self, host: int) -> None:
        self.running[host].kill()
        self.running[host].wait()
        self.running[host] = self.start(host)

    @contextmanager
    def working(self) -> Iterator[Hosts]:
        self.running = [self.start(host) for host in range(len(self.words))]
        try:
            yield self
            for process in self.running:
                process.terminate()
            assert [process.wait(LIMIT) for process in self.running] == [0] * len(self.running)
        finally:
            for process in self.running:
                process.kill()
                process.wait()


def file_cases(central: Standing, services: list[str]) -> None:
    with central.client() as client:
        for number in range(1, CASES + 1):
            body = central.body(number, f"person {number}", services=services)
            path = f"/v1/applications/{numbered(number)}"
            assert client.put(path, content=body, headers=central.headers()).is_success


def states(central: Standing) -> Counter[str]:
    store = central.office.store.cases
    found = [store.progress(numbered(number)) for number in range(1, CASES + 1)]
    return Counter(task["state"] for one in found if one for task in one["services"])


@pytest.mark.slow
def test_every_effect_once_and_none_lost_whoever_dies(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    programs = installed()
    if programs is None:
        pytest.skip("no PostgreSQL server below /usr/lib/postgresql: script/bootstrap --test")
    with ExitStack() as stack:
        server: PostgresqlServer = stack.enter_context(running(programs))
        database = server.fresh_database()
        central = stack.enter_context(standing(tmp_path, database, needs=all_needs()))
        services = [code for code in all_needs() if code not in LEFT_OUT]
        offices = central.office.store.task_claims.rules.offices
        named = sorted({offices[code] for code in services})
        opened = {code: stack.enter_context(simulated_office()) for code in named}
        urls = {code: url for code, (url, _) in opened.items()}
        sides = {code: state for code, (_, state) in opened.items()}
        file_cases(central, services)
        words = [[str(tmp_path), database, str(skew)] for skew in SKEWS]
        hosts = stack.enter_context(Hosts(words, urls, tmp_path / "log").working())
        disturb(hosts, sides, server)
        done = Counter({"done": CASES * len(services)})
        until = time.monotonic() + LIMIT
        while states(central) != done:
            assert time.monotonic() < until, (states(central), (tmp_path / "log").read_text())
            time.sleep(0.2)
    keys = [key for state in sides.values() for key in state.effects]
    wanted = [f"{numbered(number)}.{code}.0" for number in range(1, CASES + 1) for code in services]
    assert sorted(keys) == sorted(wanted)
    repeated = sum(state.repeated for state in sides.values())
    with capsys.disabled():
        print(f"{len(keys)} effects, {repeated} repeated calls, {KILLS} kills")  # noqa: T201
    # Each kill can cut no more calls short than the two hosts make at once.
    assert repeated <= (KILLS + 1) * 3 * len(named)


def disturb(
    hosts: Hosts,
    sides: Mapping[str, OfficeSystemState],
    server: PostgresqlServer,
) -> None:
    """Kill workers while tasks are worked, with the fund down half of the time, and one restart."""
    chance, whole = random.Random(SEED), CASES * (len(all_needs()) - len(LEFT_OUT))
    for kill in range(KILLS):
        sides["GJJ"].down = kill % 2 == 0
        wait_for_effects(sides, (kill + 1) * whole // (KILLS + 4))
        hosts.kill(chance.randrange(len(SKEWS)))
        if kill == KILLS // 2:
            server.restart()
    sides["GJJ"].down = False


def wait_for_effects(sides: Mapping[str, OfficeSystemState], count: int) -> None:
    until = time.monotonic() + LIMIT
    while sum(len(state.effects) for state in sides.values()) < count:
        assert time.monotonic() < until, "nothing happens any more"
        time.sleep(0.02)
