"""A central service in this process that listens on a loopback port, and the one of before."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Thread
from typing import Any

import uvicorn

from central.problems import BUSY, told_to_wait

BACKLOG = 2048


@dataclass
class SlotBeforeBody:
    """The load limit as it was: a slot is taken before the body is read. The tests' control."""

    app: Any
    most: int
    in_flight: int = 0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if self.in_flight >= self.most:
            await told_to_wait(BUSY, 1)(scope, receive, send)
            return
        self.in_flight += 1
        try:
            await self.app(scope, receive, send)
        finally:
            self.in_flight -= 1


@contextmanager
def listening(config: uvicorn.Config) -> Iterator[tuple[int, uvicorn.Server]]:
    """Serve until the block ends; yields port and server."""
    config.timeout_graceful_shutdown = 1
    server = uvicorn.Server(config)
    listener = socket.create_server(("127.0.0.1", 0), backlog=BACKLOG)
    thread = Thread(target=lambda: asyncio.run(server.serve(sockets=[listener])))
    thread.start()
    try:
        yield listener.getsockname()[1], server
    finally:
        server.should_exit = True
        thread.join()
