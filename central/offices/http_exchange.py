"""One HTTP call to an office's system, within one deadline and one length.

`http.client` waits for each piece by itself, so that an answer which comes byte by byte has no
end; and it reads whatever length it is told. Redirects are not followed: what an office may see
goes to the address in its settings and nowhere else.
"""

from __future__ import annotations

import http.client
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from threading import Event
from urllib.parse import urlsplit

from central.offices.adapter import OfficeTrouble
from central.offices.call_timer import CALL_TIMER


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
    connection = open_connection(call.url, limits.seconds, tls, address)
    try:
        return exchange_on(connection, call, limits)
    finally:
        connection.close()


def exchange_on(
    connection: http.client.HTTPConnection, call: HttpCall, limits: HttpLimits
) -> HttpAnswer | OfficeTrouble:
    """Make one call on `connection`, which is connected if it is not; it stays as it is after it.

    The time of `limits` counts from the moment when it is connected.
    """
    expired = Event()
    try:
        if connection.sock is None:
            connection.connect()
        with CALL_TIMER.limit(connection.sock, limits.seconds, expired):
            return _ask(connection, call, limits.longest_bytes)
    except TimeoutError:
        return OfficeTrouble.SLOW
    except (OSError, http.client.HTTPException):
        return OfficeTrouble.SLOW if expired.is_set() else OfficeTrouble.UNREACHABLE


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
            with CALL_TIMER.limit(line, self._seconds, Event()):
                self.sock = self._tls.wrap_socket(line, server_hostname=self.host)
        except BaseException:
            line.close()
            raise


def open_connection(
    url: str, seconds: float, tls: ssl.SSLContext | None, address: str = ""
) -> http.client.HTTPConnection:
    """Return a connection to the host of `url`, not connected yet.

    `seconds`: how long it waits for each piece. `tls`: how the host is verified, None for plain
    HTTP. `address`: the IP address to connect to, "" for any that its name has.
    """
    where = urlsplit(url)
    host = where.hostname or ""
    if tls is not None and address:
        return _PinnedConnection(host, where.port, seconds, tls, address)
    if tls is None:
        return http.client.HTTPConnection(host, where.port, timeout=seconds)
    return http.client.HTTPSConnection(host, where.port, timeout=seconds, context=tls)


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
