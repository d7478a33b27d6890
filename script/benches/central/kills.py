"""Campaign of kills: every acknowledged application must arrive once, whoever is killed.

A terminal and the central service run as processes, a hostile proxy between them. Both are killed
at random moments; at the end the line is good and the outbox must run empty.
"""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Self
from urllib.parse import urlsplit

from kiosk.audit.audit import first_broken
from kiosk.audit.audit_events import AuditEvent
from kiosk.crypto.envelope import Envelope, OpeningKey, digest, open_sealed, parse_envelope
from kiosk.storage.store import Store, open_store
from script.benches.applicants import SECRETS, SERVICES, number_of
from script.benches.central.hostile_proxy import Fault, HostileProxy
from script.benches.central.misrouted_gateway import MisroutedGateway
from script.benches.central.terminal_life import CONFIRMED, EMPTY, FILE, READY, TERMINAL, TROUBLE

ROOT = Path(__file__).resolve().parents[3]
SHORTEST_LIFE, LONGEST_LIFE = 0.1, 0.6
LONGEST_BIRTH = 0.5
BORN_DEAD = 0.2  # so many are killed while they start
SERVER_KILL_EVERY = 4
LIFE_PATIENCE, DRAIN_PATIENCE = 0.4, 20.0
DRAIN_SECONDS, END_SECONDS = 240.0, 30.0
NUMBERS_A_LIFE = 10_000
# The rule of one open case a person would hide a second copy, so every case is closed at once.
CLOSE_AT_ONCE = """CREATE TRIGGER close_at_once AFTER INSERT ON application
    BEGIN UPDATE application SET open = 0 WHERE serial = NEW.serial; END"""


@dataclass(frozen=True)
class KillsOutcome:
    """The result of a campaign; `wrong` names all that must never be, besides lost and doubled."""

    seed: int
    terminal_kills: int
    server_kills: int
    acknowledged: int
    met: Counter[Fault]
    lost: int
    doubled: int
    wrong: tuple[str, ...]
    leaks: tuple[str, ...]


@dataclass
class Server:
    """The central service as a process; its port is given to the proxy."""

    folder: Path
    proxy: HostileProxy | MisroutedGateway
    _child: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        self.begin()
        self.wait()
        with closing(sqlite3.connect(self.folder / "central.db")) as database:
            database.execute(CLOSE_AT_ONCE)
        return self

    def __exit__(self, *_error: object) -> None:
        self.proxy.target = None
        if self._child is not None:
            self._child.terminate()
            try:
                self._child.communicate(timeout=END_SECONDS)
            except subprocess.TimeoutExpired:
                self.kill()

    def begin(self) -> None:
        """Start the service; `wait` waits until it answers."""
        command = [sys.executable, str(ROOT / "main.py"), "serve", "--with-parent", "--create"]
        self._child = subprocess.Popen(
            [*command, "--data", str(self.folder), "--terminal", TERMINAL],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            process_group=0,
        )

    def wait(self) -> None:
        """Wait until the service answers, if it was just started."""
        if self.proxy.target is None:
            assert self._child is not None
            assert self._child.stdout is not None
            told = json.loads(self._child.stdout.readline())
            self.proxy.target = urlsplit(told["url"]).port

    def kill(self) -> None:
        """Kill the service, whatever it is doing."""
        self.proxy.target = None  # its port may be anybody's in a moment
        assert self._child is not None
        self._child.kill()
        self._child.communicate()


@dataclass
class Campaign:
    """One terminal that is started and killed many times, with its data in `folder`."""

    folder: Path
    seed: int
    naive: bool
    acknowledged: dict[int, tuple[str, str]] = field(default_factory=dict)
    troubles: list[str] = field(default_factory=list)
    terminal_kills: int = 0
    server_kills: int = 0

    def run(self, kills: int) -> KillsOutcome:
        """Kill so many times, drain the outbox, and compare both sides."""
        random = Random(self.seed)  # noqa: S311
        self.kiosk.mkdir(parents=True)
        proxy = HostileProxy(Random(self.seed + 1), self.capture)  # noqa: S311
        with proxy, Server(self.central, proxy) as server:
            for life in range(1, kills + 1):
                self._live(life, random, proxy, server)
            server.wait()
            leaks = tuple(leaking((*self.kiosk.iterdir(), self.capture)))
            proxy.calm = True
            self._drain(proxy)
        leaks += tuple(leaking((*self.kiosk.iterdir(), self.capture)))
        arrived = Counter(number for number, _ in self._arrived())
        return KillsOutcome(
            seed=self.seed,
            terminal_kills=self.terminal_kills,
            server_kills=self.server_kills,
            acknowledged=len(self.acknowledged),
            met=proxy.met,
            lost=len(self.acknowledged.keys() - arrived.keys()),
            doubled=sum(count > 1 for count in arrived.values()),
            wrong=() if self.naive else tuple(sorted(set(self._wrong()))),
            leaks=leaks,
        )

    @property
    def kiosk(self) -> Path:
        """Return the terminal's folder."""
        return self.folder / "kiosk"

    @property
    def central(self) -> Path:
        """Return the central service's folder."""
        return self.folder / "central"

    @property
    def capture(self) -> Path:
        """Return the file of what passed the proxy."""
        return self.folder / "capture"

    def _live(self, life: int, random: Random, proxy: HostileProxy, server: Server) -> None:
        server.wait()
        with self._born(proxy, LIFE_PATIENCE, "--first", str(life * NUMBERS_A_LIFE)) as child:
            assert child.stdout is not None
            if random.random() < BORN_DEAD:
                time.sleep(random.uniform(0.0, LONGEST_BIRTH))
            else:
                self._hear(child.stdout.readline())
                time.sleep(random.uniform(SHORTEST_LIFE, LONGEST_LIFE))
            if life % SERVER_KILL_EVERY == 0:
                server.kill()
                self.server_kills += 1
                server.begin()
                time.sleep(random.uniform(0.0, SHORTEST_LIFE))
            child.kill()
            self.terminal_kills += 1
            for line in child.communicate()[0].splitlines():
                self._hear(line)

    def _drain(self, proxy: HostileProxy) -> None:
        with self._born(proxy, DRAIN_PATIENCE, "--drain") as child:
            guard = threading.Timer(DRAIN_SECONDS, child.kill)
            guard.start()
            assert child.stdout is not None
            said = child.stdout.read().splitlines()  # its standard input stays open meanwhile
            guard.cancel()
        for line in said:
            self._hear(line)
        if EMPTY not in said:
            self.troubles.append("the outbox did not run empty")

    def _born(self, proxy: HostileProxy, patience: float, *more: str) -> subprocess.Popen[str]:
        options: list[str | Path] = [
            "--folder",
            self.kiosk,
            "--url",
            proxy.url,
            "--patience",
            str(patience),
        ]
        options += ["--keys", self.central / "keys.json", *more]
        options += ["--identity", self.central / "terminals" / TERMINAL]
        options += ["--naive"] if self.naive else []
        with (self.kiosk / "kiosk.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "script.benches.central.terminal_life", *options],
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                process_group=0,
            )

    def _hear(self, line: str) -> None:
        match line.split():
            case [word, number, application_id, content_digest] if word == CONFIRMED:
                self.acknowledged[int(number)] = application_id, content_digest
            case [word, *said] if word == TROUBLE:
                self.troubles.append(" ".join(said))
            case [word] if word in (READY, EMPTY):
                pass
            case _:
                self.troubles.append(f"strange: {line!r}")

    def _arrived(self) -> Iterator[tuple[int, Envelope]]:
        key = OpeningKey((self.central / "vault" / "sealing.key").read_bytes())
        with closing(sqlite3.connect(self.central / "central.db")) as database:
            bodies = database.execute("SELECT envelope FROM application").fetchall()
        for (body,) in bodies:
            envelope = parse_envelope(body)
            assert isinstance(envelope, Envelope)
            content = open_sealed(envelope.sealed, key, envelope.id, envelope.digest)
            assert isinstance(content, bytes)
            assert digest(content) == envelope.digest
            yield number_of(content), envelope

    def _wrong(self) -> Iterator[str]:
        yield from self.troubles
        if text := (self.kiosk / "kiosk.log").read_text():
            yield f"standard error: {text[-400:]}"
        arrived = {number: (one.id, one.digest) for number, one in self._arrived()}
        if not self.acknowledged.items() <= arrived.items():
            yield "an id or digest is another one at the central service"
        sequences = sorted(one.sequence for _, one in self._arrived())
        if sequences != list(range(1, len(arrived) + 1)):
            yield "the sequence has a gap"
        yield from self._wrong_tasks(len(arrived))
        yield from self._wrong_outbox({one.id for _, one in self._arrived()})
        captured = self.capture.read_bytes()
        if not all(one.id.encode() in captured for _, one in self._arrived()):
            yield "the capture is not whole"

    def _wrong_tasks(self, count: int) -> Iterator[str]:
        with closing(sqlite3.connect(self.central / "central.db")) as database:
            tasks = Counter(database.execute("SELECT application_id, service FROM task").fetchall())
            ids = [row[0] for row in database.execute("SELECT id FROM application")]
        if tasks != Counter({(one, service): 1 for one in ids for service in SERVICES}):
            yield "not one task for each service"
        if len(ids) != count:
            yield "not one case for each person"

    def _wrong_outbox(self, arrived: set[str]) -> Iterator[str]:
        opened = open_store(self.kiosk / FILE)
        assert isinstance(opened, Store), opened
        entries = opened.audit()
        opened.close()
        with closing(sqlite3.connect(self.kiosk / FILE)) as database:
            rows = database.execute("SELECT id, state, body, receipt FROM outbox").fetchall()
        if {row[0] for row in rows} != arrived:
            yield "the outbox and the central service differ"
        if any(state != "DELIVERED" or body or not receipt for _, state, body, receipt in rows):
            yield "something is left in the outbox"
        if first_broken(entries) is not None:
            yield "the audit chain is broken"
        for event in (AuditEvent.CONFIRMED, AuditEvent.DELIVERED):
            noted = Counter(entry.subject for entry in entries if entry.event is event)
            if noted != Counter(row[0] for row in rows):
                yield f"not one {event.value} a parcel in the audit"


def leaking(files: tuple[Path, ...]) -> Iterator[str]:
    """Yield the names of files that contain a person's name or number."""
    for file in files:
        if file.exists() and SECRETS.search(file.read_bytes()):
            yield file.name
