"""One HTTP call to an office's system, within one deadline and one length.

`http.client` waits for each piece by itself, so that an answer which comes byte by byte has no
end; and it reads whatever length it is told. Redirects are not followed: what an office may see
goes to the address in its settings and nowhere else.
"""

from __future__ import annotations

import http.client
import socket
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from threading import Event, Timer
from urllib.parse import urlsplit

from central.offices.adapter import OfficeTrouble


@dataclass(frozen=True)
class HttpLimits:
    """How long a whole call may take, in seconds, and the longest body of its answer in bytes."""

    seconds: float
    longest_bytes: int


@dataclass(frozen=True)
class HttpCall:
    """One call: method, absolute URL, headers and body."""

    method: str
    url: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


@dataclass(frozen=True)
class HttpAnswer:
    """Status and body of a complete answer."""

    status: int
    body: bytes = field(repr=False)


def exchange(
    call: HttpCall, limits: HttpLimits, tls: ssl.SSLContext | None = None, address: str = ""
) -> HttpAnswer | OfficeTrouble:
    """Make one call on a connection of its own; return the answer, or why there is none.

    `tls`: how the office is verified, None for plain HTTP. `address`: the IP address to connect to,
    "" for any that the name of the URL's host has.
    """
    connection = _connection(call.url, limits.seconds, tls, address)
    expired = Event()
    try:
        connection.connect()
        with _deadline(connection.sock, limits.seconds, expired):
            return _ask(connection, call, limits.longest_bytes)
    except TimeoutError:
        return OfficeTrouble.SLOW
    except (OSError, http.client.HTTPException):
        return OfficeTrouble.SLOW if expired.is_set() else OfficeTrouble.UNREACHABLE
    finally:
        connection.close()


class _PinnedConnection(http.client.HTTPSConnection):
    """Connects to one address, and verifies the name of the URL's host there."""

    def __init__(
        self, host: str, port: int | None, seconds: float, tls: ssl.SSLContext, address: str
    ) -> None:
        super().__init__(host, port, timeout=seconds, context=tls)
        self._seconds, self._tls, self._address = seconds, tls, address

    def connect(self) -> None:
        """Connect; raises OSError."""
        line = socket.create_connection((self._address, self.port), self._seconds)
        try:  # whoever shakes hands byte by byte is cut off, too
            with _deadline(line, self._seconds, Event()):
                self.sock = self._tls.wrap_socket(line, server_hostname=self.host)
        except BaseException:
            line.close()
            raise


def _connection(
    url: str, seconds: float, tls: ssl.SSLContext | None, address: str
) -> http.client.HTTPConnection:
    where = urlsplit(url)
    host = where.hostname or ""
    if tls is not None and address:
        return _PinnedConnection(host, where.port, seconds, tls, address)
    if tls is None:
        return http.client.HTTPConnection(host, where.port, timeout=seconds)
    return http.client.HTTPSConnection(host, where.port, timeout=seconds, context=tls)


@contextmanager
def _deadline(line: socket.socket, seconds: float, expired: Event) -> Iterator[None]:
    """Cut the line when the time is over, whatever the call waits for just then."""

    def cut() -> None:
        expired.set()
        try:
            # Not the method of ssl.SSLSocket, which takes its state away under the reader.
            socket.socket.shutdown(line, socket.SHUT_RDWR)
        except OSError:
            return  # it is closed already

    timer = Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _ask(
    connection: http.client.HTTPConnection, call: HttpCall, longest: int
) -> HttpAnswer | OfficeTrouble:
    where = urlsplit(call.url)
    target = f"{where.path}?{where.query}" if where.query else where.path
    connection.request(call.method, target, call.body, dict(call.headers))
    answer = connection.getresponse()
    if answer.status not in (HTTPStatus.OK, HTTPStatus.CREATED, HTTPStatus.ACCEPTED):
        return HttpAnswer(answer.status, b"")
    if (answer.length or 0) > longest:
        return OfficeTrouble.TOO_LONG
    body = answer.read(longest + 1)
    if len(body) > longest:
        return OfficeTrouble.TOO_LONG
    if answer.length:  # bytes that were announced and did not come
        raise http.client.IncompleteRead(body, answer.length)
    return HttpAnswer(answer.status, body)
