"""Load limits: how many requests are served at once, and how many one terminal may send.

Telling everybody the same time would only move the crowd: each client that is turned away gets the
next free place behind the others (delivery.md §4: queue length / service rate).
"""

from __future__ import annotations

import math
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

_MOST_BUCKETS = 8192  # of addresses; above it those that may ask freely again are forgotten
_WEIGHT = 0.1  # of the newest request in the mean


@dataclass
class Queue:
    """Places of clients that were turned away, while `most` requests are served at once.

    `seconds_each` is the moving average of a request's duration.
    """

    most: int
    seconds_each: float = 0.1  # until the first requests have been measured
    _taken_until: float = 0.0

    def note(self, seconds: float) -> None:
        """Record how many seconds a request took."""
        self.seconds_each += _WEIGHT * (seconds - self.seconds_each)

    def retry_after(self, now: float) -> int:
        """Return after how many seconds this client may come back: at least 1.

        `now`: seconds of the clock that measures durations.
        """
        self._taken_until = max(now, self._taken_until) + self.seconds_each / self.most
        return max(1, math.ceil(self._taken_until - now))


class LoadSlots:
    """At most `most` requests at work at once; from any thread.

    A slot is taken once a request was read whole and its signature verified: a client that sends
    slowly, or may not ask, holds none.
    """

    def __init__(self, most: int, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._queue, self._in_flight, self._lock = Queue(most), 0, threading.Lock()

    def retry_after(self) -> int:
        """Return the seconds to wait when all slots are taken, otherwise 0."""
        with self._lock:
            if self._in_flight < self._queue.most:
                return 0
            return self._queue.retry_after(self._monotonic())

    @contextmanager
    def hold(self) -> Iterator[None]:
        """Hold one slot within the block, and record how long it was held."""
        begun = self._monotonic()
        with self._lock:
            self._in_flight += 1
        try:
            yield
        finally:
            with self._lock:
                self._in_flight -= 1
                self._queue.note(self._monotonic() - begun)


@dataclass
class _Bucket:
    left: float
    at: datetime


@dataclass(frozen=True)
class RateLimit:
    """A token bucket for each terminal: `burst` requests at once, `a_second` in the long run."""

    burst: int
    a_second: float
    _buckets: dict[str, _Bucket] = field(default_factory=dict, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def wait(self, terminal: str, now: datetime) -> int:
        """Count one request; return the seconds to wait when it is one too many, otherwise 0."""
        with self._lock:
            if len(self._buckets) > _MOST_BUCKETS:
                self._forget_full(now)
            bucket = self._buckets.setdefault(terminal, _Bucket(self.burst, now))
            # A clock that was set back earns nothing.
            earned = max(0.0, (now - bucket.at).total_seconds()) * self.a_second
            bucket.left, bucket.at = min(self.burst, bucket.left + earned), now
            if bucket.left < 1:
                return max(1, math.ceil((1 - bucket.left) / self.a_second))
            bucket.left -= 1
            return 0

    def _forget_full(self, now: datetime) -> None:
        """Drop the buckets that are full again, or would be if time went on as it did."""
        seconds = self.burst / self.a_second
        for name, one in tuple(self._buckets.items()):
            if (now - one.at).total_seconds() >= seconds:
                del self._buckets[name]
