"""Bench of kill -9 under load: the service, the process that opens, and PostgreSQL, by turns.

Terminals hand in applications over TLS all the time, and send again what was not answered. Whatever
is killed is started again at once. In the end everything has to be there once, with its tasks, and
no terminal may have heard that a fault of the service is final.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from http import HTTPStatus
from pathlib import Path
from random import Random
from socket import create_server

import psycopg

from central.store.database_url import libpq_url
from central.vault.child import FOLDER
from script.benches.applicants import SERVICES
from script.benches.central.fleet.fleet import (
    DURABLE,
    END_SECONDS,
    FleetSize,
    begin_storm,
    end_storm,
    serve_command,
    storm_at,
)
from script.benches.central.fleet.storm import StormResult
from script.benches.figures import BenchFigure, Report
from tests.postgresql import PostgresqlServer, installed, running
from wiring.places import ROOT

SEED = 20261201
MAIN = str(ROOT / "main.py")
WHOLE_KILLS, QUICK_KILLS = 100, 6
KILLS_A_STORM = 5
SIZE = FleetSize(20, 30)
LONGEST_PAUSE = 1.5  # seconds between two kills
SETTLED = {HTTPStatus.OK, HTTPStatus.CREATED}
TOLD_TO_WAIT = {HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS}


class RestartedProcess:
    """A process that is killed and started again; `ready` is its first line."""

    def __init__(self, command: list[str]) -> None:
        self._command = command
        self.begin()
        self.wait()

    def begin(self) -> None:
        """Start it."""
        self._child = subprocess.Popen(
            self._command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def wait(self) -> None:
        """Wait until it says that it is ready."""
        assert self._child.stdout is not None
        self.ready = self._child.stdout.readline()
        assert self.ready, "it did not start; what it said stands above"

    def kill(self) -> None:
        """Kill it, whatever it is doing, and start it again."""
        self._child.kill()
        self._child.communicate()
        self.begin()
        self.wait()

    def end(self) -> None:
        """Stop it."""
        self._child.terminate()
        try:
            self._child.communicate(timeout=END_SECONDS)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.communicate()


@dataclass(frozen=True)
class KilledParts:
    """What is killed by turns."""

    service: RestartedProcess
    vault: RestartedProcess
    server: PostgresqlServer

    def kill(self, number: int) -> str:
        """Kill one of the three; return which."""
        kinds: tuple[tuple[str, Callable[[], None]], ...] = (
            ("service", self.service.kill),
            ("opener", self.vault.kill),
            ("postgresql", self._kill_server),
        )
        name, kill = kinds[number % len(kinds)]
        kill()
        return name

    def _kill_server(self) -> None:
        os.kill(self.server.process(), signal.SIGKILL)
        for _ in range(60):  # its own children hold its memory for a moment
            with suppress(subprocess.CalledProcessError):
                self.server.restart()
                return
            time.sleep(0.5)
        raise AssertionError("PostgreSQL did not come back")


def measure(*, quick: bool) -> Report:
    """Kill so often, and compare. Raises SystemExit without PostgreSQL."""
    programs = installed()
    if programs is None:
        raise SystemExit("bench fleet-kills: no PostgreSQL server: script/bootstrap --test")
    Path(tempfile.gettempdir()).chmod(0o711)  # for the account of the database's server
    kills = QUICK_KILLS if quick else WHOLE_KILLS
    with running(programs, DURABLE) as server, tempfile.TemporaryDirectory() as folder:
        database = server.fresh_database()
        with _parts(Path(folder), database, server) as parts:
            killed, heard, sent = _campaign(parts, kills)
        stored, doubled, incomplete = _stored(database)
    faults = sum(
        n
        for status, n in heard.items()
        if status.isdigit() and int(status) not in SETTLED | TOLD_TO_WAIT
    )
    return Report(
        "fleet-kills",
        {
            **{f"kills: {name}": BenchFigure(n, "times") for name, n in sorted(killed.items())},
            "sent": BenchFigure(sent, "applications"),
            "lost": BenchFigure(sent - stored, "applications", 0),
            "doubled": BenchFigure(doubled, "applications", 0),
            "without_all_tasks": BenchFigure(incomplete, "applications", 0),
            "other_answers": BenchFigure(faults, "answers", 0),
            **{f"heard: {name}": BenchFigure(n, "times") for name, n in sorted(heard.items())},
        },
    )


@contextmanager
def _parts(folder: Path, database: str, server: PostgresqlServer) -> Iterator[KilledParts]:
    """Start the opener and the service beside it, both to be killed."""
    data, socket = folder / "data", folder / "vault.socket"
    opener = [sys.executable, MAIN, "central", "vault", "--data", str(data / FOLDER)]
    opener += ["--socket", str(socket), "--create", "--with-parent"]
    vault = RestartedProcess(opener)
    try:
        command = serve_command(data, database, SIZE.terminals)
        service = RestartedProcess([*command, "--vault", str(socket), "--port", str(_free_port())])
        try:
            yield KilledParts(service, vault, server)
        finally:
            service.end()
    finally:
        vault.end()


def _free_port() -> int:
    with create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


def _campaign(parts: KilledParts, kills: int) -> tuple[Counter[str], Counter[str], int]:
    """Kill while terminals send; return what was killed, what they heard, and how many they sent.

    A storm goes on until all of it is answered, so some kills fall into the pause behind one.
    """
    random = Random(SEED)  # noqa: S311
    killed, heard = Counter[str](), Counter[str]()
    storm, sent, number = storm_at(json.loads(parts.service.ready), SIZE), 0, 0
    while number < kills:
        generator = begin_storm(replace(storm, first=sent, within_seconds=1.0))
        for _ in range(min(KILLS_A_STORM, kills - number)):
            time.sleep(random.uniform(0.1, LONGEST_PAUSE))
            killed[parts.kill(number)] += 1
            number += 1
        result: StormResult = end_storm(generator)
        heard.update(result.statuses)
        sent += SIZE.terminals * SIZE.each
    return killed, heard, sent


def _stored(database: str) -> tuple[int, int, int]:
    """Return how many people's cases are there, how many are double, how many lack tasks."""
    with psycopg.connect(libpq_url(database)) as line:
        row = line.execute("SELECT count(DISTINCT person), count(*) FROM application").fetchone()
        whole = line.execute(
            "SELECT count(*) FROM (SELECT application_id FROM task GROUP BY application_id"
            " HAVING count(*) = %s) AS one",
            (len(SERVICES),),
        ).fetchone()
    assert row is not None
    assert whole is not None
    people, cases = row
    return people, cases - people, cases - whole[0]
