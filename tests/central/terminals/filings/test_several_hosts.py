"""Several hosts on one database: one whose clock is wrong, and one restarted after the other."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from pathlib import Path
from queue import SimpleQueue

import httpx2
import pytest

from central.store.tables import ApplicationRow, TaskRow
from central.terminals.server.http_server import GuardedConfig
from tests.central.listening import listening
from tests.central.standing import LIU, Signing, Standing, policy_of_config, standing
from tests.central.terminals.filings.together import SentFiling, client_of, good, send

TERMINALS = tuple(f"BZ-ROLL-{number}" for number in range(3))
MEANWHILE = 6  # applications that are taken between two steps of a restart


@pytest.mark.parametrize("minutes", [60, -60])
def test_a_host_whose_clock_is_an_hour_off_takes_nothing(
    tmp_path: Path, database: str, minutes: int
) -> None:
    """It says why; another host takes the same application, on the right day."""
    with standing(tmp_path, database) as right, standing(tmp_path, database) as wrong:
        wrong.clock[0] += timedelta(minutes=minutes)
        mine = good(right, 1, LIU)
        refused = send(client_of(right, wrong.app), mine)
        assert (refused.status_code, refused.json()["type"]) == (401, "clock-wrong")
        assert right.rows((ApplicationRow.id,)) == []
        assert send(client_of(right, right.app), mine).status_code == 201
        ((received,),) = right.rows((ApplicationRow.received_at,))
        assert received == right.clock[0].isoformat(timespec="seconds")


@dataclass
class Hosts:
    """The hosts as a front knows them: who does not answer is passed over for the other."""

    places: list[Standing]
    ports: dict[int, int] = field(default_factory=dict)
    running: dict[int, ExitStack] = field(default_factory=dict)

    def start(self, host: int) -> None:
        stack = ExitStack()
        config = GuardedConfig(
            self.places[host].app, policy_of_config().connections, None, log_level="warning"
        )
        self.ports[host], _ = stack.enter_context(listening(config))
        self.running[host] = stack

    def stop(self, host: int) -> None:
        self.running.pop(host).close()

    def put(self, client: httpx2.Client, sent: SentFiling) -> str:
        """Return the status; a host that does not answer is passed over, and asked once more.

        Once more, since a thread may rest for a whole turn between the two hosts.
        """
        path = f"/v1/applications/0198c0de-0000-7000-8000-{sent.number:012d}"
        found = "nobody answered"
        order = sorted(self.ports, key=lambda one: (one + sent.number) % 2)
        for host in (*order, *order):
            try:
                answer = client.put(
                    f"http://127.0.0.1:{self.ports[host]}{path}",
                    content=sent.body,
                    headers=sent.headers,
                )
            except httpx2.TransportError as error:
                found = type(error).__name__
            else:
                return str(answer.status_code)
        return found


@contextmanager
def two_hosts(tmp_path: Path, database: str) -> Iterator[Hosts]:
    with (
        standing(tmp_path, database, TERMINALS) as one,
        standing(tmp_path, database, TERMINALS) as other,
    ):
        hosts = Hosts([one, other])
        for host in range(2):
            hosts.start(host)
        try:
            yield hosts
        finally:
            for stack in hosts.running.values():
                stack.close()


def test_hosts_that_are_restarted_by_turns_cost_no_application(
    tmp_path: Path, database: str
) -> None:
    over, taken, numbers = threading.Event(), SimpleQueue[str](), count(1)

    def send_on(hosts: Hosts, terminal: str) -> list[str]:
        found, here = [], hosts.places[0]
        with httpx2.Client(auth=Signing(here), timeout=30.0, trust_env=False) as client:
            while not over.is_set():
                number = next(numbers)
                sent = good(here, number, f"99999919{number:010d}", terminal)
                found.append(hosts.put(client, sent))
                taken.put(found[-1])
        return found

    def wait_for(answers: int) -> None:
        for _ in range(answers):
            taken.get(timeout=60)

    def restart_by_turns(hosts: Hosts) -> None:
        for host in range(2):
            wait_for(MEANWHILE)
            hosts.stop(host)
            wait_for(MEANWHILE)
            hosts.start(host)
        wait_for(MEANWHILE)

    with two_hosts(tmp_path, database) as hosts, ThreadPoolExecutor(len(TERMINALS)) as pool:
        asked = [pool.submit(send_on, hosts, one) for one in TERMINALS]
        try:
            restart_by_turns(hosts)
        finally:
            over.set()
        heard: Sequence[str] = [status for one in asked for status in one.result()]
        assert set(heard) <= {"200", "201"}
        assert len(heard) >= 5 * MEANWHILE
        kept = hosts.places[0].rows((ApplicationRow.id,))
        assert len(kept) == len(heard)
        assert len(hosts.places[0].rows((TaskRow.service,))) == 4 * len(heard)
        assert hosts.places[0].alarms() == []
