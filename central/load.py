"""Load limits: how many requests are served at once, and how many one terminal may send.

Telling everybody the same time would only move the crowd: each client that is turned away gets the
next free place behind the others (delivery.md §4: queue length / service rate).
"""

from __future__ import annotations

import math
import threading
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

LATEST = 1.5
"""Terminals come back up to half as much later than they are told (`JITTER` of
kiosk.delivery.outbox)."""
MEAN_RETURN = (1.0 + LATEST) / 2
"""On the mean they come back so many times as late as they are told."""
_MOST_BUCKETS = 8192  # of addresses; above it those that may ask freely again are forgotten
_WEIGHT = 0.1  # of the newest request in the mean
_SHRINK, _GROW = 0.8, 1.1  # of the limit, each time that a few requests were completed


@dataclass(frozen=True)
class LoadPolicy:
    """Requests served at once, signed and public, and one terminal's rate.

    Signed: `in_flight` at most, and as few as `least_in_flight` while they take longer than
    `held_seconds`; `of_one_terminal` of one.
    """

    in_flight: int
    least_in_flight: int
    of_one_terminal: int
    held_seconds: float
    database_retry_seconds: int
    public_in_flight: int
    terminal_burst: int
    terminal_a_second: float


@dataclass(frozen=True)
class TurnPolicy:
    """How many applications are here at once: as many as are answered in `answer_seconds`.

    At least `least`, at most `most` before no terminal may begin, and twice as many before none may
    go on. A turn ends `pause_seconds` after its last application, or after `longest` of them.
    `longest_wait_seconds`: that anybody is told to stay away. `of_one_source`: at once from one
    address, by keys of which nothing was verified; `waiting_of_one_source`: such keys that keep a
    place in the crowd.
    """

    answer_seconds: float
    least: int
    most: int
    pause_seconds: float
    longest: int
    longest_wait_seconds: int
    of_one_source: int
    waiting_of_one_source: int


@dataclass(frozen=True)
class CrowdPolicy:
    """How long work that can wait lets a crowd pass.

    Until `quiet_seconds` after the last who was turned away, and for `longest_seconds` on end.
    """

    quiet_seconds: float
    longest_seconds: float


class CrowdedTime:
    """Whether callers are turned away now; what can wait lets them pass then. From any thread.

    Not for ever: who sends all the time must not stop the messages and the deadlines.
    """

    def __init__(self, policy: CrowdPolicy, monotonic: Callable[[], float]) -> None:
        self._policy, self._monotonic = policy, monotonic
        self._began, self._last = -math.inf, -math.inf

    def note(self) -> None:
        """Note that somebody is turned away now."""
        now = self._monotonic()
        if now - self._last > self._policy.quiet_seconds:
            self._began = now
        self._last = now

    def is_now(self) -> bool:
        """Tell whether there is a crowd that has not lasted for too long."""
        now, policy = self._monotonic(), self._policy
        is_there = now - self._last <= policy.quiet_seconds
        return is_there and now - self._began <= policy.longest_seconds


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


class WorkSlots:
    """Requests of terminals at work at once, as many as are answered in time; from any thread.

    The limit follows the completions: it shrinks while requests are held for too long, and grows
    again while others are turned away. No terminal holds more than its share, however many
    connections it has. Who is turned away is told when the work before it will be done, by the
    time between two completions.
    """

    def __init__(self, policy: LoadPolicy, monotonic: Callable[[], float]) -> None:
        self._policy, self._monotonic = policy, monotonic
        self._lock = threading.Lock()
        self._limit = float(policy.in_flight)
        self._held: Counter[str] = Counter()
        self._seconds_each, self._completed, self._taken_until = 0.0, 0.0, 0.0
        self._went_on, self._window = False, _Window()
        self.turned_away = 0

    @property
    def limit(self) -> int:
        """Return how many may be at work at once now."""
        return int(self._limit)

    @property
    def in_flight(self) -> int:
        """Return how many are at work."""
        return self._held.total()

    def take(self, terminal: str) -> int:
        """Take a slot for a request of `terminal`; return the seconds to wait where there is none.

        0: it was taken, and `held` gives it back.
        """
        with self._lock:
            now = self._monotonic()
            if self._held[terminal] >= self._policy.of_one_terminal:
                self.turned_away += 1
                return 1
            if self.in_flight < self.limit:
                self._held[terminal] += 1
                return 0
            self.turned_away += 1
            self._window.turned_away = True
            self._taken_until = max(now, self._taken_until) + self._seconds_each
            return max(1, math.ceil(self._taken_until - now))

    @contextmanager
    def held(self, terminal: str) -> Iterator[None]:
        """Give a slot of `terminal` back after the block, and follow how long it was held."""
        begun = self._monotonic()
        try:
            yield
        finally:
            with self._lock:
                self._complete(begun, self._monotonic())
                self._held[terminal] -= 1
                if not self._held[terminal]:
                    del self._held[terminal]

    def _complete(self, begun: float, now: float) -> None:
        if self._went_on:  # else the pause before was the terminals'
            pause = now - self._completed
            self._seconds_each += _WEIGHT * (pause - self._seconds_each)
        self._completed, self._went_on = now, self.in_flight > 1
        window, longest = self._window, self._policy.held_seconds
        window.seconds, window.count = window.seconds + now - begun, window.count + 1
        if now - window.began < longest:
            return
        if window.seconds / window.count > longest:
            self._limit = max(self._policy.least_in_flight, self._limit * _SHRINK)
        elif window.turned_away:
            self._limit = min(self._policy.in_flight, self._limit * _GROW + 1)
        self._window = _Window(now)


@dataclass
class _Window:
    """What was completed since `began`: how many, and for how many seconds they were held."""

    began: float = 0.0
    count: int = 0
    seconds: float = 0.0
    turned_away: bool = False


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
