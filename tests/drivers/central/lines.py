"""Servers for tests: one that says what it is told, and the real central service."""

from __future__ import annotations

import asyncio
import re
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TypeVar

import uvicorn
from fastapi import FastAPI

LIMIT = 30.0


@dataclass
class PieceServer:
    """Answers every connection with `pieces`; then closes it, or holds it when `stall`."""

    pieces: tuple[bytes, ...] = ()
    stall: bool = False
    tls: ssl.SSLContext | None = None
    heard: list[bytes] = field(default_factory=list)
    port: int = 0

    @property
    def url(self) -> str:
        return f"{'https' if self.tls else 'http'}://localhost:{self.port}"

    def answer(self, connection: socket.socket, over: threading.Event) -> None:
        with connection, suppress(OSError):
            connection.settimeout(LIMIT)
            speaking = (
                self.tls.wrap_socket(connection, server_side=True) if self.tls else connection
            )
            with speaking:
                self.heard.append(_request(speaking))
                for piece in self.pieces:
                    speaking.sendall(piece)
                if self.stall:
                    over.wait(LIMIT)

    def close(self) -> None:
        """Do nothing: each connection is closed after its answer."""


@dataclass
class KeptLineServer:
    """Answers several requests on a connection: `lines` has the answers of each, in its order.

    A connection is closed after its last answer; None closes it after the request was heard.
    """

    lines: tuple[tuple[bytes | None, ...], ...]
    heard: list[tuple[int, bytes]] = field(default_factory=list)
    open: list[tuple[socket.socket, threading.Thread]] = field(default_factory=list)
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    def answer(self, connection: socket.socket, _over: threading.Event) -> None:
        speaking = threading.Thread(target=self._speak, args=(len(self.open), connection))
        self.open.append((connection, speaking))
        speaking.start()

    def close(self) -> None:
        """End what is still open: a client keeps its connection."""
        for connection, speaking in self.open:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            speaking.join(LIMIT)

    def _speak(self, number: int, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            connection.settimeout(LIMIT)
            for piece in self.lines[number]:
                if request := _request(connection):
                    self.heard.append((number, request))
                if not request or piece is None:
                    return
                connection.sendall(piece)


def _request(speaking: socket.socket) -> bytes:
    """Hear one request to its end; what is not HTTP is heard once."""
    heard = more = speaking.recv(65536)
    while more and heard[:1].isalpha() and not _whole(heard):
        more = speaking.recv(65536)
        heard += more
    return heard


def _whole(heard: bytes) -> bool:
    head, end, body = heard.partition(b"\r\n\r\n")
    length = re.search(rb"(?i)content-length: (\d+)", head)
    return bool(end) and len(body) >= int(length[1] if length else 0)


Line = TypeVar("Line", PieceServer, KeptLineServer)


@contextmanager
def listening(line: Line) -> Iterator[Line]:
    """Serve `line` on a free port of this machine."""
    over = threading.Event()
    threads: list[threading.Thread] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        line.port = server.getsockname()[1]

        def accept() -> None:
            with suppress(OSError):
                while not over.is_set():
                    connection, _ = server.accept()
                    line.answer(connection, over)

        threads.append(threading.Thread(target=accept))
        threads[0].start()
        try:
            yield line
        finally:
            over.set()
            with suppress(OSError):
                server.shutdown(socket.SHUT_RDWR)
            threads[0].join(LIMIT)
            line.close()


class _LineServer(uvicorn.Server):
    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.answering = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.answering.set()


@contextmanager
def serving(app: FastAPI) -> Iterator[str]:
    """Serve the application on a free port; gives its URL."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = _LineServer(uvicorn.Config(app, log_level="critical"))
        thread = threading.Thread(target=lambda: asyncio.run(server.serve([listener])))
        thread.start()
        try:
            assert server.answering.wait(LIMIT)
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(LIMIT)
