"""An HTTP transport in which one exchange ends at one instant: every wait on its socket ends there.

HTTP libraries limit each single wait; a server that sends a byte now and then outlives that.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpcore2
import httpx2

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterable, Iterator

NAME = "deadline"


class DeadlineTransport(httpx2.BaseTransport):
    """Opens one connection for each request and closes it after the answer.

    The request's extension "deadline" is the instant, by `monotonic`, at which it must be over.
    """

    def __init__(self, tls: ssl.SSLContext, monotonic: Callable[[], float]) -> None:
        self._tls = tls
        self._monotonic = monotonic

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send the request and return the response; raises httpcore2's exceptions.

        They may also be raised later, while the body is read.
        """
        deadline: float = request.extensions[NAME]
        backend = _Backend(lambda: deadline - self._monotonic())
        pool = httpcore2.ConnectionPool(ssl_context=self._tls, network_backend=backend)
        asked = httpcore2.Request(
            request.method,
            str(request.url),
            headers=request.headers.raw,
            content=request.read(),
        )
        try:
            answer = pool.handle_request(asked)
        except BaseException:
            pool.close()
            raise
        stream = _Body(answer, pool)
        return httpx2.Response(answer.status, headers=answer.headers, stream=stream)


@dataclass(frozen=True)
class _Body(httpx2.SyncByteStream):
    answer: httpcore2.Response
    pool: httpcore2.ConnectionPool

    def __iter__(self) -> Iterator[bytes]:
        return self.answer.iter_stream()

    def close(self) -> None:
        self.answer.close()
        self.pool.close()


@dataclass(frozen=True)
class _Backend(httpcore2.NetworkBackend):
    left: Callable[[], float]

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002 - ours is tighter
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        wait = _wait(self.left, httpcore2.ConnectTimeout)
        stream = httpcore2.SyncBackend().connect_tcp(
            host, port, wait, local_address, socket_options
        )
        return _Stream(stream, self.left)


@dataclass(frozen=True)
class _Stream(httpcore2.NetworkStream):
    stream: httpcore2.NetworkStream
    left: Callable[[], float]

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002
        return self.stream.read(max_bytes, _wait(self.left, httpcore2.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002
        self.stream.write(buffer, _wait(self.left, httpcore2.WriteTimeout))

    def close(self) -> None:
        self.stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002
    ) -> httpcore2.NetworkStream:
        wait = _wait(self.left, httpcore2.ConnectTimeout)
        return _Stream(self.stream.start_tls(ssl_context, server_hostname, wait), self.left)

    def get_extra_info(self, info: str) -> Any:
        return self.stream.get_extra_info(info)


def _wait(left: Callable[[], float], timeout: type[httpcore2.TimeoutException]) -> float:
    seconds = left()
    if seconds <= 0:
        raise timeout
    return seconds
