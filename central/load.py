"""When is it too much? More than so many requests at once are told when to come back.

Telling everybody the same time would only move the crowd: each one who is turned away gets the next
free place behind the others (central.md §4: queue length / service rate).
"""

from __future__ import annotations

import math
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from central.problems import BUSY, told_to_wait

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from starlette.types import ASGIApp, Receive, Scope, Send

_WEIGHT = 0.1  # of the newest request in the mean


@dataclass
class Queue:
    """Places for those who were turned away; `most` are served at once."""

    most: int
    seconds_each: float = 0.1  # until the first requests have been measured
    _taken_until: float = 0.0

    def note(self, seconds: float) -> None:
        """Note how long a request took."""
        self.seconds_each += _WEIGHT * (seconds - self.seconds_each)

    def turn_away(self, now: float) -> int:
        """Return after how many seconds the next one may come back."""
        self._taken_until = max(now, self._taken_until) + self.seconds_each / self.most
        return max(1, math.ceil(self._taken_until - now))


class LoadLimit:
    """ASGI middleware: serves `most` requests at once, answers 503 to all others."""

    def __init__(self, app: ASGIApp, most: int, monotonic: Callable[[], float]) -> None:
        self._app, self._monotonic = app, monotonic
        self._queue, self._in_flight = Queue(most), 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = self._monotonic()
        if self._in_flight >= self._queue.most:
            await told_to_wait(BUSY, self._queue.turn_away(begun))(scope, receive, send)
            return
        self._in_flight += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._in_flight -= 1
            self._queue.note(self._monotonic() - begun)


@dataclass
class _Bucket:
    left: float
    at: datetime


@dataclass(frozen=True)
class Pace:
    """How much may one terminal ask? `burst` at once, `a_second` in the long run."""

    burst: int
    a_second: float
    _buckets: dict[str, _Bucket] = field(default_factory=dict, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def wait(self, terminal: str, now: datetime) -> int:
        """Count one request; return the seconds to wait when it is one too many, otherwise 0."""
        with self._lock:
            bucket = self._buckets.setdefault(terminal, _Bucket(self.burst, now))
            earned = max(0.0, (now - bucket.at).total_seconds()) * self.a_second
            bucket.left, bucket.at = min(self.burst, bucket.left + earned), now
            if bucket.left < 1:
                return max(1, math.ceil((1 - bucket.left) / self.a_second))
            bucket.left -= 1
            return 0
