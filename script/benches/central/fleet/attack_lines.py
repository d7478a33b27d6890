"""Attackers beside honest terminals: idle and slow lines, endless bodies, and one that floods.

python -m script.benches.central.fleet.attack_lines: reads an Attack as JSON, prints "begun" once
all lines were tried, and goes on until its standard input ends; then prints what came of them.
"""

from __future__ import annotations

import asyncio
import json
import os
import resource
import ssl
import sys
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from kiosk.civil_time import civil_now
from kiosk.crypto.terminal_key import TerminalKey
from script.benches.central.fleet.signed_request import SigningTerminal
from script.benches.central.fleet.storm import heartbeat, terminal_name

MODULE = "script.benches.central.fleet.attack_lines"
BEGUN = "begun"
IDLE, SLOW_HEADS, SLOW_BODIES, ENDLESS, FLOOD = 2_000, 200, 200, 10, 100
_PAUSE_SECONDS = 0.5  # between two bytes, and before a line that was closed is opened again
_GROWING_SECONDS = 5.0
_HEAD = b"PUT /v1/applications/0198c0de-0000-7000-8000-000000000000 HTTP/1.1\r\nHost: a\r\n"
_SLOW_BODY = _HEAD + b"Content-Length: 10000\r\n\r\n"
_ENDLESS = _HEAD + b"Content-Length: 10000000000\r\n\r\n"
_SOURCES = 40  # addresses from which the strangers come
_FILES = 8_192
_TROUBLES = (OSError, asyncio.IncompleteReadError, ssl.SSLError)


@dataclass(frozen=True)
class Attack:
    """Where the service is, and which terminal (by its number) floods it."""

    url: str
    authority: str
    identities: str
    flooder: int


class Attackers:
    """All attackers of one service; `came` counts what each kind heard."""

    def __init__(self, attack: Attack) -> None:
        self._address = urlsplit(attack.url)
        self._tls = ssl.create_default_context(cafile=attack.authority)
        identity = Path(attack.identities) / terminal_name(attack.flooder)
        key = TerminalKey(identity.read_bytes())
        self._signing = SigningTerminal(attack.url, key, os.urandom)
        self.came: Counter[str] = Counter()

    async def run(self, until: Awaitable[object]) -> None:
        """Attack until the awaitable is done."""
        kinds: list[tuple[int, Callable[[int], Awaitable[None]]]] = [
            (IDLE, self._idle),
            (SLOW_HEADS, self._slow_head),
            (SLOW_BODIES, self._slow_body),
            (ENDLESS, self._endless),
            (FLOOD, self._flood),
        ]
        tasks = [
            asyncio.create_task(self._again(work, number))
            for count, work in kinds
            for number in range(count)
        ]
        await asyncio.sleep(_GROWING_SECONDS)
        print(BEGUN, flush=True)
        await until
        for one in tasks:
            one.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _again(self, work: Callable[[int], Awaitable[None]], number: int) -> None:
        while True:
            try:
                await work(number)
                self.came[f"{work.__name__[1:]} ended"] += 1
            except _TROUBLES as error:
                self.came[f"{work.__name__[1:]} {type(error).__name__}"] += 1
            await asyncio.sleep(_PAUSE_SECONDS)

    @asynccontextmanager
    async def _line(
        self, number: int, *, tls: bool = True
    ) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
        source = f"127.0.9.{1 + number % _SOURCES}"
        reader, writer = await asyncio.open_connection(
            self._address.hostname,
            self._address.port,
            ssl=self._tls if tls else None,
            local_addr=(source, 0),
        )
        try:
            yield reader, writer
        finally:
            writer.close()

    async def _idle(self, number: int) -> None:
        """Connect, and say nothing: not even the beginning of TLS."""
        async with self._line(number, tls=False) as (reader, _):
            await reader.read(1)

    async def _slow_head(self, number: int) -> None:
        async with self._line(number) as (_, writer):
            writer.write(_HEAD + b"A: ")
            await self._drip(writer)

    async def _slow_body(self, number: int) -> None:
        async with self._line(number) as (_, writer):
            writer.write(_SLOW_BODY)
            await self._drip(writer)

    async def _drip(self, writer: asyncio.StreamWriter) -> None:
        while True:
            writer.write(b"a")
            await writer.drain()
            await asyncio.sleep(_PAUSE_SECONDS)

    async def _endless(self, number: int) -> None:
        """Announce 10 GB, and send as much of it as is taken."""
        async with self._line(number) as (_, writer):
            writer.write(_ENDLESS)
            while True:
                writer.write(b"a" * 65_536)
                await writer.drain()

    async def _flood(self, number: int) -> None:
        """Send heartbeats of one terminal, each as soon as the one before is answered."""
        async with self._line(number) as (reader, writer):
            while True:
                writer.write(self._signed())
                await writer.drain()
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
                self.came[f"flood {head.split(' ')[1]}"] += 1
                length = head.partition("content-length:")[2].partition("\r\n")[0]
                await reader.readexactly(int(length or 0))

    def _signed(self) -> bytes:
        one = heartbeat()
        return self._signing.request(one.method, one.path, one.body, one.headers, civil_now())


async def _attack(attackers: Attackers) -> None:
    await attackers.run(asyncio.to_thread(sys.stdin.read))


def main() -> None:
    """Attack until the input ends, and print what came of it."""
    attack = Attack(**json.loads(sys.stdin.readline()))
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(_FILES, most), most))
    attackers = Attackers(attack)
    asyncio.run(_attack(attackers))
    print(json.dumps(attackers.came), flush=True)


if __name__ == "__main__":
    main()
