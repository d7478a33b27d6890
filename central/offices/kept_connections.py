"""Connections to an office's system that are kept for its next calls.

A new connection costs two ways over the line, with TLS four, and the work of a handshake at both
ends.
"""

from __future__ import annotations

import http.client
import select
import ssl
import time
import weakref
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

from central.offices.adapter import OfficeTrouble
from central.offices.http_exchange import (
    HttpAnswer,
    HttpCall,
    HttpLimits,
    exchange_on,
    open_connection,
)

LONGEST_IDLE_SECONDS = 10.0
"""A firewall between may have forgotten an older connection without a word."""


@dataclass(frozen=True)
class _Kept:
    connection: http.client.HTTPConnection
    since: float


class KeptConnections:
    """Connections to one office; `monotonic` is a clock of seconds that never goes back.

    Calls have to be idempotent: one that fails on a kept connection, which the other end may have
    closed in this moment, is made again on a new one.
    """

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._free: list[_Kept] = []
        self._lock = Lock()
        weakref.finalize(self, _close_all, self._free)

    def exchange(
        self, call: HttpCall, limits: HttpLimits, tls: ssl.SSLContext | None = None
    ) -> HttpAnswer | OfficeTrouble:
        """Make one call; return the answer, or why there is none. `tls` is None for plain HTTP."""
        kept = self._take()
        if kept is not None:
            answer = self._exchange_on(kept, call, limits)
            if answer is not OfficeTrouble.UNREACHABLE:
                return answer
        return self._exchange_on(open_connection(call.url, limits.seconds, tls), call, limits)

    def forget(self) -> None:
        """Close what is kept: an answer was not the one to its call, and more may have come."""
        with self._lock:
            _close_all(self._free)

    def _exchange_on(
        self, connection: http.client.HTTPConnection, call: HttpCall, limits: HttpLimits
    ) -> HttpAnswer | OfficeTrouble:
        answer = exchange_on(connection, call, limits)
        # http.client lets go of the socket when the other end closes after its answer.
        if isinstance(answer, HttpAnswer) and answer.body and connection.sock is not None:
            with self._lock:
                self._free.append(_Kept(connection, self._monotonic()))
        else:
            connection.close()
        return answer

    def _take(self) -> http.client.HTTPConnection | None:
        """Return the newest of the kept connections that can still be used."""
        while True:
            with self._lock:
                if not self._free:
                    return None
                kept = self._free.pop()
            if self._monotonic() - kept.since <= LONGEST_IDLE_SECONDS and _is_silent(kept):
                return kept.connection
            kept.connection.close()


def _is_silent(kept: _Kept) -> bool:
    """Tell whether the other end said nothing since its answer: neither more of it, nor its end."""
    poll = select.poll()
    poll.register(kept.connection.sock, select.POLLIN)
    return not poll.poll(0)


def _close_all(free: list[_Kept]) -> None:
    while free:
        free.pop().connection.close()
