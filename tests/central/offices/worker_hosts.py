"""Hosts of office workers that can be killed, and what disturbs them; for a test and a bench."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path

from central.offices.simulated_system import OfficeSystemState, simulated_office
from tests.central.offices.host_networks import HostNetwork
from tests.central.standing import CONFIG, Standing, all_needs, numbered, standing
from tests.postgresql import PostgresqlServer

SKEWS = (-180.0, 240.0)  # seconds, of the two hosts' clocks
LIMIT = 300.0
PACE = timedelta(seconds=0.05)  # of a terminal, in the long run: `[load] terminal_a_second`
LEFT_OUT = ("R02", "R03")  # they exclude R01
SERVICES = tuple(code for code in all_needs() if code not in LEFT_OUT)
READY = "ready"
LOCAL = "127.0.0.1"
DOWN = "GJJ"
"""The office that is down half of the time."""


@dataclass
class WorkerHosts:
    """Worker processes, one a host; one that was killed is started again.

    `words`: the command of each host; `systems`: the offices' addresses as each host sees them.
    """

    words: Sequence[Sequence[str]]
    systems: Sequence[Mapping[str, str]]
    log: Path
    running: list[subprocess.Popen[str]] = field(default_factory=list)
    ready: set[int] = field(default_factory=set)  # process ids

    def start(self, host: int) -> subprocess.Popen[str]:
        """Start the worker of a host."""
        with self.log.open("a") as log:
            process = subprocess.Popen(
                self.words[host],
                cwd=CONFIG.parent,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        assert process.stdin
        process.stdin.write(json.dumps(self.systems[host]))
        process.stdin.close()
        return process

    def kill(self, host: int) -> None:
        """Kill the worker of a host with SIGKILL, and start another."""
        _end(self.running[host])
        self.running[host] = self.start(host)

    @contextmanager
    def working(self) -> Iterator[WorkerHosts]:
        """Let all hosts work during the block; each has to end with 0 after SIGTERM."""
        self.running = [self.start(host) for host in range(len(self.words))]
        try:
            yield self
            # One that was killed last may not hear SIGTERM yet: it says when it does.
            self.wait_until_ready()
            for process in self.running:
                process.terminate()
            codes = [process.wait(LIMIT) for process in self.running]
            assert codes == [0] * len(self.running), (codes, self.log.read_text("utf-8"))
        finally:
            for process in self.running:
                _end(process)

    def kill_all(self) -> None:
        """Kill every host; none has to end by itself any more."""
        for process in self.running:
            _end(process)
        self.running.clear()

    def wait_until_ready(self) -> None:
        """Wait until each host that runs now has started to work."""
        for process in self.running:
            if process.pid not in self.ready:
                assert process.stdout
                assert process.stdout.readline() == f"{READY}\n", self.log.read_text("utf-8")
                self.ready.add(process.pid)


def _end(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.wait()
    assert process.stdout
    process.stdout.close()


@dataclass
class OfficeCity:
    """A service on PostgreSQL with filed cases, and a simulated system for each office."""

    central: Standing
    folder: Path
    database: str
    urls: Mapping[str, str]
    sides: Mapping[str, OfficeSystemState]
    cases: int
    networks: Sequence[HostNetwork] = ()

    def effects(self) -> int:
        """Return how many effects the offices made."""
        return sum(len(state.effects) for state in self.sides.values())

    def repeated(self) -> int:
        """Return how many calls came to an effect that was made before."""
        return sum(state.repeated for state in self.sides.values())

    def keys(self) -> list[str]:
        """Return the keys of all effects, in order."""
        return sorted(key for state in self.sides.values() for key in state.effects)

    def wanted(self) -> list[str]:
        """Return the keys of the effects that there must be, in order."""
        numbers = range(1, self.cases + 1)
        return sorted(f"{numbered(number)}.{code}.0" for number in numbers for code in SERVICES)

    def states(self) -> Counter[str]:
        """Return how many tasks are in which state."""
        store = self.central.office.store.cases
        found = [store.progress(numbered(number)) for number in range(1, self.cases + 1)]
        return Counter(task["state"] for one in found if one for task in one["services"])

    def hosts(self, module: str = "tests.central.offices.worker_process") -> WorkerHosts:
        """Return two hosts whose clocks differ, not started."""
        networks = self.networks or [HostNetwork((), LOCAL)] * len(SKEWS)
        command = [sys.executable, "-m", module, str(self.folder), self.database]
        words = [
            [*network.prefix, *command, str(skew)]
            for network, skew in zip(networks, SKEWS, strict=True)
        ]
        systems = [
            {code: url.replace(LOCAL, network.here) for code, url in self.urls.items()}
            for network in networks
        ]
        return WorkerHosts(words, systems, self.folder / "log")

    def wait_for(self, what: Callable[[], object]) -> None:
        """Wait until `what` holds; fail, with the workers' log, when nothing happens any more."""
        until, before = time.monotonic() + LIMIT, self.effects()
        while not what():
            if (count := self.effects()) != before:
                until, before = time.monotonic() + LIMIT, count
            log = self.folder / "log"
            assert time.monotonic() < until, (self.states(), log.exists() and log.read_text())
            time.sleep(0.02)

    def wait_until_done(self) -> None:
        """Wait until every task is done."""
        done = self.cases * len(SERVICES)
        self.wait_for(lambda: self.effects() >= done and self.states()["done"] == done)

    def disturb(
        self,
        hosts: WorkerHosts,
        kills: int,
        seed: int,
        restart: Callable[[], None],
        *,
        down: bool = True,
    ) -> None:
        """Kill workers while tasks are worked, with one office `down` half of the time.

        `restart`: restarts the database, which is done once. `seed`: of the hosts that are killed.
        """
        chance, whole = random.Random(seed), self.cases * len(SERVICES)
        for kill in range(kills):
            self.sides[DOWN].down = down and kill % 2 == 0
            self.wait_for(partial(self._has_made, (kill + 1) * whole // (kills + 4)))
            hosts.kill(chance.randrange(len(SKEWS)))
            if kill == kills // 2:
                restart()
        self.sides[DOWN].down = False

    def _has_made(self, effects: int) -> bool:
        return self.effects() >= effects


@contextmanager
def office_city(
    folder: Path,
    server: PostgresqlServer,
    cases: int,
    networks: Sequence[HostNetwork] = (),
) -> Iterator[OfficeCity]:
    """Serve a city with so many cases of 16 tasks, all filed, and no worker.

    `networks`: those of the hosts; without them all are on this machine's own.
    """
    with ExitStack() as stack:
        database = server.fresh_database()
        central = stack.enter_context(standing(folder, database, needs=all_needs()))
        offices = central.office.store.task_claims.rules.offices
        named = sorted({offices[code] for code in SERVICES})
        host = "0.0.0.0" if networks else LOCAL
        opened = {code: stack.enter_context(simulated_office(host=host)) for code in named}
        central.office.store.task_claims.register(named, "now")
        file_cases(central, cases)
        yield OfficeCity(
            central=central,
            folder=folder,
            database=database,
            urls={code: url for code, (url, _) in opened.items()},
            sides={code: state for code, (_, state) in opened.items()},
            cases=cases,
            networks=networks,
        )


def file_cases(central: Standing, cases: int) -> None:
    """File so many cases with all services."""
    with central.client() as client:
        for number in range(1, cases + 1):
            body = central.body(number, f"person {number}", services=list(SERVICES))
            path = f"/v1/applications/{numbered(number)}"
            answer = client.put(path, content=body, headers=central.headers())
            assert answer.is_success, answer.text
            central.clock[0] += PACE
