"""The terminals of a storm: each connects once and sends all that waits, signed and sealed.

python -m script.benches.central.fleet.storm: reads a Storm as JSON, prints "prepared" once every
body is sealed, waits for a line, runs, and prints the StormResult as JSON.
"""

from __future__ import annotations

import asyncio
import json
import os
import ssl
import sys
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from itertools import count
from pathlib import Path
from random import Random
from urllib.parse import urlsplit

from kiosk.civil_time import civil_now
from kiosk.crypto.envelope import MEDIA_TYPE, Envelope, SealingKey, digest, seal
from kiosk.crypto.pinned_keys import read_central_keys
from kiosk.crypto.terminal_key import TerminalKey
from kiosk.delivery.outbox import wait_before
from script.benches.applicants import invent
from script.benches.central.fleet.signed_request import SigningTerminal

SEED = 20261130
MODULE = "script.benches.central.fleet.storm"
PREPARED = "prepared"
# Too early: signed before the service that hears it was started; it is signed anew.
CROWDED = (
    HTTPStatus.TOO_EARLY,
    HTTPStatus.TOO_MANY_REQUESTS,
    HTTPStatus.SERVICE_UNAVAILABLE,
)
LOOK_SECONDS = 0.02
TROUBLES = (OSError, asyncio.IncompleteReadError)


@dataclass(frozen=True)
class Storm:
    """Where the service is, and how many terminals come with how much, within how many seconds.

    `keys` is the file with the service's public keys, `identities` the folder of the terminals'.
    `beats`: heartbeats of each terminal instead of applications. `first`: the number of the first
    person, for a second storm at the same service. `tries`: how often a terminal sends a call at
    most, 0 for as often as it takes.
    """

    url: str
    authority: str
    keys: str
    identities: str
    terminals: int
    each: int
    within_seconds: float
    beats: int = 0
    first: int = 0
    tries: int = 0


@dataclass
class StormResult:
    """What came of it: seconds until the last answer, and milliseconds of each accepted call.

    `refused`: milliseconds of each answer that said to come back. `late`: by how many milliseconds
    this generator itself was late, each time that it looked: so much of the others is its own.
    """

    seconds: float = 0.0
    milliseconds: list[float] = field(default_factory=list)
    refused: list[float] = field(default_factory=list)
    late: list[float] = field(default_factory=list)
    statuses: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class PreparedCall:
    """One request before it is signed."""

    method: str
    path: str
    body: bytes
    headers: Mapping[str, str]


def terminal_name(number: int) -> str:
    """Return the id of a terminal."""
    return f"BZ-STORM-{number:04d}"


def prepare(storm: Storm) -> list[list[PreparedCall]]:
    """Return the calls of each terminal, in order."""
    if storm.beats:
        return [
            [heartbeat(storm.first + storm.each + 1)] * storm.beats for _ in range(storm.terminals)
        ]
    key = read_central_keys(Path(storm.keys)).sealing
    return [
        [_application(storm, terminal, number, key) for number in range(storm.each)]
        for terminal in range(storm.terminals)
    ]


def _application(storm: Storm, terminal: int, number: int, key: SealingKey) -> PreparedCall:
    said = invent(storm.first + terminal * storm.each + number)
    sealed = seal(said.content, key, said.id, said.digest)
    sequence = storm.first + number + 1
    envelope = Envelope(said.id, said.digest, key.id, terminal_name(terminal), sequence, sealed)
    headers = {
        "Content-Type": MEDIA_TYPE,
        "Kiosk-Sequence": str(sequence),
        "Kiosk-Audit": f"{sequence}:{digest(said.id.encode())}",
    }
    return PreparedCall("PUT", f"/v1/applications/{said.id}", envelope.encode(), headers)


def heartbeat(sequence: int = 1) -> PreparedCall:
    """Return a heartbeat that names the entry `sequence` as the newest of the audit chain.

    After applications it has to lie behind those that they named.
    """
    said = {
        "version": 1,
        "at": civil_now().isoformat(timespec="seconds"),
        "states": {"id_card_reader": "ready", "camera": "ready", "printer": "ready"},
        "waiting": 0,
        "quarantined": 0,
        "oldest_seconds": 0,
        "versions": {"program": "0.2.0"},
        "audit": f"{sequence}:{digest(b'head')}",
    }
    headers = {"Content-Type": "application/json"}
    return PreparedCall("POST", "/v1/heartbeat", json.dumps(said).encode(), headers)


class StormTerminal:
    """One terminal with one connection; it sends again what was not answered."""

    def __init__(self, storm: Storm, number: int, result: StormResult) -> None:
        self._storm, self._number, self._result = storm, number, result
        identity = Path(storm.identities) / terminal_name(number)
        self._signing = SigningTerminal(storm.url, TerminalKey(identity.read_bytes()), os.urandom)
        self._address = urlsplit(storm.url)
        # Terminals stand at many addresses; the service counts connections by address.
        self._chance, self._tries = Random(number), 0  # noqa: S311
        self._from = f"127.0.{1 + number // 250}.{1 + number % 250}"
        self._line: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def send_all(self, calls: list[PreparedCall], tls: ssl.SSLContext, after: float) -> None:
        """Send all calls in order, beginning `after` seconds."""
        await asyncio.sleep(after)
        for one in calls:
            await self._insist(one, tls)
        if self._line is not None:
            self._line[1].close()

    async def _insist(self, one: PreparedCall, tls: ssl.SSLContext) -> None:
        """Send until it is done, or was tried often enough."""
        for _ in range(self._storm.tries) if self._storm.tries else count():
            if (wait := await self._try(one, tls)) is None:
                return
            await asyncio.sleep(wait)

    async def _try(self, one: PreparedCall, tls: ssl.SSLContext) -> float | None:
        """Send once; return the seconds to wait before another try, None when it is done.

        A kept connection that breaks is replaced at once, as `CentralClient` does it.
        """
        began, kept = time.monotonic(), self._line is not None
        try:
            if self._line is None:
                self._line = await asyncio.open_connection(
                    self._address.hostname,
                    self._address.port,
                    ssl=tls,
                    local_addr=(self._from, 0),
                )
            status, headers = await self._exchange(one, *self._line)
        except TROUBLES as error:
            self._result.statuses[type(error).__name__] += 1
            self._line = None
            return 0.0 if kept else self._pause(None)
        self._result.statuses[str(status)] += 1
        milliseconds = 1e3 * (time.monotonic() - began)
        if headers.get("connection") == "close":
            self._line = None
        if status in CROWDED:
            self._result.refused.append(milliseconds)
            return self._pause(headers.get("retry-after"))
        self._result.milliseconds.append(milliseconds)
        self._tries = 0
        return None

    def _pause(self, told: str | None) -> float:
        """Return the seconds to wait as a terminal makes them of what it was `told`."""
        self._tries += 1
        return wait_before(self._tries, None if told is None else float(told), self._chance)

    async def _exchange(
        self, one: PreparedCall, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> tuple[int, Mapping[str, str]]:
        writer.write(
            self._signing.request(one.method, one.path, one.body, one.headers, civil_now())
        )
        await writer.drain()
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        pairs = (line.split(":", 1) for line in head[1:] if line)
        headers = {name.strip().lower(): value.strip() for name, value in pairs}
        await reader.readexactly(int(headers.get("content-length", 0)))
        return int(head[0].split(" ")[1]), headers


async def run(storm: Storm, calls: list[list[PreparedCall]]) -> StormResult:
    """Let all terminals send their calls; return what came of it."""
    result, when = StormResult(), Random(SEED)  # noqa: S311
    tls = ssl.create_default_context(cafile=storm.authority)
    terminals = [StormTerminal(storm, number, result) for number in range(storm.terminals)]
    began = time.monotonic()
    watch = asyncio.create_task(_watch_lateness(result))
    async with asyncio.TaskGroup() as group:
        for one, own in zip(terminals, calls, strict=True):
            group.create_task(one.send_all(own, tls, when.uniform(0.0, storm.within_seconds)))
    result.seconds = time.monotonic() - began
    watch.cancel()
    return result


async def _watch_lateness(result: StormResult) -> None:
    while True:
        began = time.monotonic()
        await asyncio.sleep(LOOK_SECONDS)
        result.late.append(1e3 * (time.monotonic() - began - LOOK_SECONDS))


def main() -> None:
    """Prepare, wait for a line on standard input, run, and print the result."""
    storm = Storm(**json.loads(sys.stdin.readline()))
    calls = prepare(storm)
    print(PREPARED, flush=True)
    sys.stdin.readline()
    print(json.dumps(vars(asyncio.run(run(storm, calls)))), flush=True)


if __name__ == "__main__":
    main()
