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
    call: HttpCall, limits: HttpLimits, tls: ssl.SSLContext | None = None
) -> HttpAnswer | OfficeTrouble:
    """Make one call on a connection of its own; return the answer, or why there is none.

    `tls`: how the office is verified, None for plain HTTP.
    """
    connection = _connection(call.url, limits.seconds, tls)
    expired = Event()
    try:
        connection.connect()
        with _deadline(connection, limits.seconds, expired):
            return _ask(connection, call, limits.longest_bytes)
    except TimeoutError:
        return OfficeTrouble.SLOW
    except (OSError, http.client.HTTPException):
        return OfficeTrouble.SLOW if expired.is_set() else OfficeTrouble.UNREACHABLE
    finally:
        connection.close()


def _connection(url: str, seconds: float, tls: ssl.SSLContext | None) -> http.client.HTTPConnection:
    where = urlsplit(url)
    host = where.hostname or ""
    if tls is None:
        return http.client.HTTPConnection(host, where.port, timeout=seconds)
    return http.client.HTTPSConnection(host, where.port, timeout=seconds, context=tls)


@contextmanager
def _deadline(
    connection: http.client.HTTPConnection, seconds: float, expired: Event
) -> Iterator[None]:
    """Cut the line when the time is over, whatever the call waits for just then."""
    line = connection.sock

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
