"""Bench of the central service in containers: set up, used, its database killed, made anew.

The terminal is the real client: it enrols, seals, sends over TLS through the edge, and checks the
receipt's signature. Slow: images are built from a bare Debian 13.
"""

from __future__ import annotations

import json
import os
import tempfile
import time
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from random import Random

from drivers.central.client import CentralClient
from drivers.central.enrolment import Admitted, EnrolmentStarted, ask, begin
from drivers.central.trust import trusted
from drivers.simulated.desk import free_port
from kiosk.civil_time import civil_now
from kiosk.crypto.envelope import KEY_BYTES
from kiosk.crypto.pinned_keys import CentralKeys, read_central_keys
from kiosk.crypto.terminal_key import TerminalKey
from kiosk.delivery.outbox import Delivered, Outbox
from kiosk.delivery.submission import Sender, submit
from kiosk.ports import CentralAnswer
from kiosk.storage.store import OutboxState, Store
from script.benches.applicants import invent
from script.benches.figures import BenchFigure, Report
from script.benches.machine.compose_project import (
    DATA,
    EDGE_FILE,
    NAMES,
    VAULT_DATA,
    ComposeProject,
    base_image,
    hindrance,
)
from script.benches.machine.folder_system import Steps
from script.benches.machine.workshop import NAME, POINT, POINTS, SERVICE, packages
from script.benches.storage.power_cut import open_terminal
from wiring.places import ROOT

TERMINAL = "BZ-0007"
CALL_SECONDS, PATIENCE_SECONDS = 10.0, 60.0
UNWELL_SECONDS = 10.0
SETTINGS = ("settings/staff", "settings-vault", "exchange")


@dataclass(frozen=True)
class ContainedTerminal:
    """A terminal that was let in: its client, store and keys."""

    client: CentralClient
    store: Store
    keys: CentralKeys

    def confirm(self, number: int) -> None:
        """Let invented person `number` confirm an application."""
        sender = Sender(TERMINAL, self.keys.sealing)
        failure = submit(self.store, sender, invent(number), civil_now())
        assert failure is None, failure

    def deliver(self) -> int:
        """Send what is due; return how many receipts came, each checked."""
        outbox = Outbox(
            self.store,
            self.client,
            self.keys.receipt,
            time.time,
            civil_now,
            Random(1),  # noqa: S311
        )
        return sum(isinstance(judged, Delivered) for _, judged in outbox.deliver_due())

    def drain(self) -> int:
        """Send until nothing waits or patience ends; return how many still wait."""
        give_up = time.monotonic() + PATIENCE_SECONDS
        while self.store.counts()[OutboxState.WAITING] and time.monotonic() < give_up:
            self.deliver()
            time.sleep(0.5)
        return self.store.counts()[OutboxState.WAITING]

    def asks(self) -> CentralAnswer:
        """Return the answer to a signed question that needs the database."""
        return self.client.call("GET", "/v1/points")


def measure(*, quick: bool) -> Report:
    """Set the containers up and use them; `quick` changes nothing here.

    Raises SystemExit with the cure where no containers can be made.
    """
    del quick
    if why := hindrance():
        raise SystemExit(f"bench container: {why}")
    step = Steps()
    (ROOT / "out" / "packages").mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="kiosk-container-") as name:
        with step("build the package"):
            (package,) = packages(ROOT / "out" / "packages", (SERVICE,))
        with step("the base image"):
            base = base_image()
        project = ComposeProject(Path(name), package, base, free_port())
        for one in SETTINGS:
            (project.folder / one).mkdir(parents=True)
        accounts = (ROOT / "deploy/etc/vault_accounts.toml").read_text("utf-8")
        (project.folder / "settings-vault/accounts.toml").write_text(accounts, "utf-8")
        try:
            return _life(project, step)
        finally:
            project.end()


def _life(project: ComposeProject, step: Steps) -> Report:
    with step("build the images"):
        project.run("build", "vault", "database", "edge")
    with step("keys, database, certificate"):
        authority = _set_up(project)
    with step("up, until all are well"):
        project.run("up", "-d")
        up = project.await_well(*NAMES)
    with step("enrol a terminal"):
        terminal = _let_in(project, authority)
    with step("one application by the edge"):
        terminal.confirm(1)
        first = terminal.drain()
    with step("the database is killed"):
        database = project.container("database")
        project.podman("kill", "-s", "KILL", database)
        project.podman("stop", "-t", "0", database)  # else it is started anew at once
        away = terminal.asks()
        unwell = project.await_unwell("central-1", "central-2", "edge")
        terminal.confirm(2)
        terminal.deliver()
        kept = terminal.store.counts()[OutboxState.WAITING]
    with step("the database is back"):
        project.podman("start", database)
        back = project.await_well(*NAMES)
        second = terminal.drain()
    with step("one service after the other anew"):
        terminal.confirm(3)
        refused = _restart_in_turn(project, terminal)
    with step("all containers are made anew"):
        project.run("down", "-t", "5")
        project.run("up", "-d")
        project.await_well(*NAMES)
        terminal.confirm(4)
        fourth = terminal.drain()
        cases = _applications(project)
    retry_after = away.retry_after or 0.0
    return Report(
        "container",
        {
            "up": BenchFigure(up, "s"),
            "back_after_kill": BenchFigure(back, "s"),
            "not_delivered": BenchFigure(first + second + fourth, "applications", 0),
            "not_503_while_away": BenchFigure(
                int(away.status != HTTPStatus.SERVICE_UNAVAILABLE), "answers", 0
            ),
            "without_retry_after": BenchFigure(int(not retry_after), "answers", 0),
            "health_says_no_after": BenchFigure(unwell, "s", UNWELL_SECONDS),
            "not_kept_while_away": BenchFigure(1 - kept, "applications", 0),
            "refused_in_rolling_restart": BenchFigure(refused, "calls", 0),
            "lost_by_making_anew": BenchFigure(4 - cases, "applications", 0),
        },
    )


def _set_up(project: ComposeProject) -> Path:
    """Make keys, database and certificate by the commands of docs/central.md."""
    keys = ("central", "vault-keys", "--data", VAULT_DATA)
    project.run("run", "--rm", "--no-deps", "vault", *keys)
    project.run("up", "-d", "vault", "database")
    project.await_well("vault", "database")
    project.operate("central", "init", "--data", DATA)
    words = ("--name", NAME, "--name", "127.0.0.1", "--to", EDGE_FILE)
    project.operate("central", "certificate", "--data", DATA, *words)
    (project.folder / "exchange/points.csv").write_text(POINTS, "utf-8")
    project.operate("central", "points", "import", "/srv/points.csv", "--data", DATA)
    project.run("down", "-t", "5")
    found = project.folder / "authority.crt"
    show = ("--entrypoint", "/usr/bin/cat", "operator", f"{DATA}/authority.crt")
    found.write_text(project.run("--profile", "operator", "run", "--rm", "--no-deps", *show))
    return found


def _let_in(project: ComposeProject, authority: Path) -> ContainedTerminal:
    """Enrol the terminal from both ends."""
    key = TerminalKey(os.urandom(KEY_BYTES), civil_now())
    tls, url = trusted(str(authority)), f"https://127.0.0.1:{project.port}"
    stranger = CentralClient(url, lambda: None, CALL_SECONDS, time.monotonic, civil_now, tls)
    client = CentralClient(url, lambda: key, CALL_SECONDS, time.monotonic, civil_now, tls)
    new = ("central", "enrol", "new", "--terminal", TERMINAL, "--point", POINT, "--data", DATA)
    started = begin(stranger, project.operate(*new), key)
    assert isinstance(started, EnrolmentStarted), started
    project.operate("central", "enrol", "confirm", started.id, "--data", DATA)
    admitted = ask(stranger, started, key)
    assert isinstance(admitted, Admitted), admitted
    keys = project.folder / "keys.json"
    keys.write_text(json.dumps(admitted.keys))
    store = open_terminal(project.folder / "kiosk.db")
    assert isinstance(store, Store), store
    return ContainedTerminal(client, store, read_central_keys(keys))


def _restart_in_turn(project: ComposeProject, terminal: ContainedTerminal) -> int:
    """Start each service anew while the other serves; return how many calls were refused."""
    refused = 0
    for name in ("central-2", "central-1"):
        project.podman("restart", "-t", "10", project.container(name))
        refused += sum(terminal.asks().status != HTTPStatus.OK for _ in range(20))
        project.await_well(name)
    return refused + terminal.drain()


def _applications(project: ComposeProject) -> int:
    words = ("exec", project.container("database"), "psql", "-h", "/run/postgresql", "-At")
    said = project.podman(*words, "-c", "SELECT count(*) FROM application", "kiosk")
    return int(said)
