"""A transport over TCP: tcp://host:port."""

from __future__ import annotations

import contextlib
import socket
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from drivers.transports import other_end
from drivers.transports.transport import DeviceLostError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_CHUNK = 65536


class Tcp:
    """An open TCP connection.

    `connect_seconds` limits the connecting. Raises ValueError when the URL is not tcp://host:port,
    DeviceLostError when nobody answers there.
    """

    def __init__(self, url: str, connect_seconds: float, monotonic: Callable[[], float]) -> None:
        """Connect at once."""
        parts = urlsplit(url)
        if parts.scheme != "tcp" or not parts.hostname or not parts.port:
            raise ValueError(f"not tcp://host:port: {url}")
        self._monotonic = monotonic
        with _losing():
            self._socket = socket.create_connection(
                (parts.hostname, parts.port), timeout=connect_seconds
            )
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            other_end.watch(self._socket)

    def write(self, data: bytes, deadline: float) -> None:
        """Send all bytes before `deadline`; raises DeviceLostError when the connection is gone."""
        with _losing():
            self._limit(deadline)
            self._socket.sendall(data)

    def read_some(self, deadline: float) -> bytes:
        """Return the bytes that have come; b"" at the deadline."""
        with _losing():
            try:
                self._limit(deadline)
                return self._heard(self._socket.recv(_CHUNK))
            except TimeoutError:
                return b""

    def flush_input(self) -> None:
        """Drop the bytes that have come and were not read."""
        with _losing(), contextlib.suppress(BlockingIOError):
            self._socket.setblocking(False)
            while True:
                self._heard(self._socket.recv(_CHUNK))

    def set_baud(self, baud: int) -> bool:  # noqa: ARG002 - there is none
        """Return false: a connection has no speed."""
        return False

    def pulse(self) -> bool:
        """Return whether the other end is there; nothing is sent."""
        return other_end.is_there(self._socket.fileno())

    def close(self) -> None:
        """Close the connection."""
        self._socket.close()

    def _limit(self, deadline: float) -> None:
        left = deadline - self._monotonic()
        if left <= 0:
            raise TimeoutError("the deadline has passed")
        self._socket.settimeout(left)

    def _heard(self, data: bytes) -> bytes:
        if not data:
            raise ConnectionAbortedError("closed by the other end")
        return data


@contextlib.contextmanager
def _losing() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise DeviceLostError(str(error)) from error
