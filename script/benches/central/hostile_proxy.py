"""A TCP proxy between a terminal and the central service that causes faults of networks.

Each connection carries one request and draws one fault; what passes is recorded in a file.
"""

from __future__ import annotations

import re
import socket
import struct
import threading
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from random import Random
from typing import Self

PORTAL = b"<html>please log in</html>"
PIECE = 1 << 16


class Fault(StrEnum):
    """The fault of one connection."""

    NONE = "none"
    REFUSED = "refused"
    REQUEST_CUT = "request cut"
    ANSWER_LOST = "answer lost after commit"
    ANSWER_CUT = "answer cut"
    STALL = "stall"
    PORTAL = "captive portal"
    BUSY = "503"


WEIGHTS = {
    Fault.NONE: 50,
    Fault.REFUSED: 6,
    Fault.REQUEST_CUT: 6,
    Fault.ANSWER_LOST: 12,
    Fault.ANSWER_CUT: 8,
    Fault.STALL: 4,
    Fault.PORTAL: 8,
    Fault.BUSY: 6,
}


@dataclass
class HostileProxy:
    """Listens on a free port while used as a context manager; every thread ends with it.

    `target` is the port of the central service, None while it is down. `calm` ends the faults.
    `capture`: the file of what passes.
    """

    random: Random
    capture: Path
    target: int | None = None
    calm: bool = False
    met: Counter[Fault] = field(default_factory=Counter)
    _listener: socket.socket = field(init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _threads: list[threading.Thread] = field(default_factory=list)
    _open: set[socket.socket] = field(default_factory=set)
    _over: bool = False

    def __enter__(self) -> Self:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._begin(self._accept)
        return self

    def __exit__(self, *_error: object) -> None:
        with self._lock:
            self._over = True
            sockets = [self._listener, *self._open]
        for one in sockets:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()
        self._listener.close()

    @property
    def url(self) -> str:
        """Return the URL at which the terminal reaches the proxy."""
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def _begin(self, work: object, *arguments: object) -> None:
        assert callable(work)
        thread = threading.Thread(target=work, args=arguments)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            self._begin(self._serve, client)

    def _draw(self) -> Fault:
        with self._lock:
            drawn = self.random.choices(tuple(WEIGHTS), tuple(WEIGHTS.values()))[0]
            fault = Fault.NONE if self.calm else drawn
            self.met[fault] += 1
        return fault

    def _serve(self, client: socket.socket) -> None:
        with suppress(OSError), self._known(client):
            fault = self._draw()
            request = b"" if fault is Fault.REFUSED else self._message(client)
            if request:
                self._answer(client, request, fault)
            else:
                _reset(client)

    def _answer(self, client: socket.socket, request: bytes, fault: Fault) -> None:
        match fault:
            case Fault.PORTAL:
                client.sendall(_said("200 OK", "text/html", PORTAL))
                return
            case Fault.BUSY:
                client.sendall(_said("503 Service Unavailable", "text/plain", b"busy"))
                return
            case Fault.REQUEST_CUT:
                request = request[: len(request) // 2]
        answer = self._forward(request)
        if fault is Fault.STALL:
            client.recv(1)  # until the terminal has lost patience
        elif fault is Fault.ANSWER_CUT:
            client.sendall(answer[: len(answer) // 2])
        elif fault is Fault.NONE and answer:
            client.sendall(answer)
        else:
            _reset(client)

    def _forward(self, request: bytes) -> bytes:
        """Return the service's whole answer, b"" when there is none."""
        target = self.target
        if target is None:
            return b""
        try:
            server = socket.create_connection(("127.0.0.1", target))
            with self._known(server):
                server.sendall(request)
                if len(request) < _length(request):
                    server.shutdown(socket.SHUT_WR)
                return self._message(server)
        except OSError:
            return b""

    def _message(self, end: socket.socket) -> bytes:
        """Return one whole HTTP message, b"" when it broke off; append it to the capture."""
        said = b""
        while len(said) < _length(said):
            piece = end.recv(PIECE)
            if not piece:
                break
            said += piece
        with self._lock, self.capture.open("ab") as file:
            file.write(said)
        return said if len(said) >= _length(said) else b""

    def _known(self, one: socket.socket) -> _Known:
        return _Known(self, one)


@dataclass
class _Known:
    """One open socket, which the end of the proxy closes."""

    proxy: HostileProxy
    one: socket.socket

    def __enter__(self) -> None:
        with self.proxy._lock:  # noqa: SLF001 - its other half
            if self.proxy._over:  # noqa: SLF001
                self.one.close()
            self.proxy._open.add(self.one)  # noqa: SLF001

    def __exit__(self, *_error: object) -> None:
        with self.proxy._lock:  # noqa: SLF001
            self.proxy._open.discard(self.one)  # noqa: SLF001
            self.one.close()


def _length(said: bytes) -> int:
    """Return the length of a message in bytes as far as is known."""
    head, found, _ = said.partition(b"\r\n\r\n")
    if not found:
        return len(said) + 1
    length = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
    return len(head) + 4 + (int(length[1]) if length else 0)


def _said(status: str, media_type: str, body: bytes) -> bytes:
    head = f"HTTP/1.1 {status}\r\nContent-Type: {media_type}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def _reset(client: socket.socket) -> None:
    """Reset the connection: the other end reads an error, not an end."""
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
