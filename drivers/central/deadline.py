"""An HTTP transport in which one exchange ends at one instant: every wait on its socket ends there.

HTTP libraries limit each single wait; a server that sends a byte now and then outlives that.

A connection is kept after its answer and serves the next request: a handshake costs both sides more
than the call. The service may close it at any time, also while a request is on its way; who sent
one that may be sent again does so, once, on a new connection (RFC 9112 §9.3.1).
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import httpcore2
import httpx2

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterable, Iterator

NAME = "deadline"
NEW_LINE = "new line"
"""The extension of a request that gets a new connection."""
IDLE_SECONDS = 75.0
"""Longest pause between two calls: shorter than the service's (config/central.toml), or than the
time after which a router on the way forgets a connection without a word."""
LONGEST_SECONDS = 600.0
"""A connection that is older is not used again; up to as long once more, by chance, so that after a
break of the whole network not all terminals connect anew at the same time for ever."""
_BYTE = 255.0


class KeptConnectionLost(httpcore2.NetworkError):
    """A kept connection broke before an answer came: the request may have arrived, or not."""


class DeadlineTransport(httpx2.BaseTransport):
    """Keeps one connection; who asks while it is in use gets another one, which is closed.

    The request's extension "deadline" is the instant, by `monotonic`, at which it must be over;
    "new line" asks for a new connection. `tls` holds the trusted authorities, `random` makes so
    many random bytes.
    """

    def __init__(
        self,
        tls: ssl.SSLContext,
        monotonic: Callable[[], float],
        random: Callable[[int], bytes],
    ) -> None:
        self._tls, self._monotonic, self._random = tls, monotonic, random
        self._kept: _Line | None = None
        self._lock = threading.Lock()

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send the request and return the response; raises httpcore2's exceptions.

        They may also be raised later, while the body is read. KeptConnectionLost: the request may
        have arrived.
        """
        line = self._take(new=request.extensions.get(NEW_LINE, False))
        line.begin(request.extensions[NAME])
        asked = httpcore2.Request(
            request.method,
            str(request.url),
            headers=request.headers.raw,
            content=request.read(),
        )
        try:
            answer = line.ask(asked)
        except (httpcore2.NetworkError, httpcore2.RemoteProtocolError) as error:
            line.pool.close()
            if line.is_new:
                raise
            raise KeptConnectionLost from error
        except BaseException:
            line.pool.close()
            raise
        stream = _Body(answer, line, self._give_back)
        return httpx2.Response(answer.status, headers=answer.headers, stream=stream)

    def close(self) -> None:
        """Close the connection that is kept."""
        with self._lock:
            line, self._kept = self._kept, None
        if line is not None:
            line.pool.close()

    def __del__(self) -> None:
        self.close()  # a client that nobody closed leaves no connection behind

    def _take(self, *, new: bool) -> _Line:
        with self._lock:
            line, self._kept = self._kept, None
        if line is not None and not new and line.serves_at(self._monotonic()):
            return line
        if line is not None:
            line.pool.close()
        now = self._monotonic()
        longest = LONGEST_SECONDS * (1 + self._random(1)[0] / _BYTE)
        return _Line(self._tls, self._monotonic, now + longest)

    def _give_back(self, line: _Line) -> None:
        """Keep a connection whose answer was read; close it when another is kept already."""
        line.idle_since = self._monotonic()
        with self._lock:
            if self._kept is None and line.pool.connections:
                self._kept = line
                return
        line.pool.close()


@dataclass
class _Line:
    """One connection and the instant at which its present request must be over.

    `is_new`: it was opened for this request. `has_read`: bytes came since its beginning. `until`:
    the instant from which it is not used again.
    """

    tls: ssl.SSLContext
    monotonic: Callable[[], float]
    until: float
    deadline: float = 0.0
    is_new: bool = False
    has_read: bool = False
    idle_since: float = 0.0
    pool: httpcore2.ConnectionPool = field(init=False)

    def __post_init__(self) -> None:
        # The pool itself replaces a connection that the other side has closed.
        self.pool = httpcore2.ConnectionPool(
            ssl_context=self.tls, network_backend=_Backend(self), max_connections=1
        )

    def begin(self, deadline: float) -> None:
        """Begin a request that has to be over at `deadline`."""
        self.deadline, self.is_new, self.has_read = deadline, False, False

    def ask(self, asked: httpcore2.Request) -> httpcore2.Response:
        """Send the request; raises httpcore2's exceptions, also for an answer that was early."""
        answer = self.pool.handle_request(asked)
        if not self.has_read:
            raise httpcore2.RemoteProtocolError("an answer was there before it was asked for")
        return answer

    def serves_at(self, now: float) -> bool:
        """Tell whether the connection may be used again."""
        return now < self.until and now - self.idle_since < IDLE_SECONDS

    def left(self) -> float:
        """Return the seconds that are left for the present request."""
        return self.deadline - self.monotonic()


@dataclass(frozen=True)
class _Body(httpx2.SyncByteStream):
    answer: httpcore2.Response
    line: _Line
    give_back: Callable[[_Line], None]

    def __iter__(self) -> Iterator[bytes]:
        return self.answer.iter_stream()

    def close(self) -> None:
        self.answer.close()
        self.give_back(self.line)


@dataclass(frozen=True)
class _Backend(httpcore2.NetworkBackend):
    line: _Line

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002 - ours is tighter
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        self.line.is_new = True
        wait = _wait(self.line.left, httpcore2.ConnectTimeout)
        stream = httpcore2.SyncBackend().connect_tcp(
            host, port, wait, local_address, socket_options
        )
        return _Stream(stream, self.line)


@dataclass(frozen=True)
class _Stream(httpcore2.NetworkStream):
    stream: httpcore2.NetworkStream
    line: _Line

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002
        found = self.stream.read(max_bytes, _wait(self.line.left, httpcore2.ReadTimeout))
        self.line.has_read = True
        return found

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002
        self.stream.write(buffer, _wait(self.line.left, httpcore2.WriteTimeout))

    def close(self) -> None:
        self.stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002
    ) -> httpcore2.NetworkStream:
        wait = _wait(self.line.left, httpcore2.ConnectTimeout)
        return _Stream(self.stream.start_tls(ssl_context, server_hostname, wait), self.line)

    def get_extra_info(self, info: str) -> Any:
        return self.stream.get_extra_info(info)


def _wait(left: Callable[[], float], timeout: type[httpcore2.TimeoutException]) -> float:
    seconds = left()
    if seconds <= 0:
        raise timeout
    return seconds
