"""One thread that cuts the lines of calls whose time is over.

A thread for each call, as of `threading.Timer`, costs a busy worker more than the call itself.
"""

from __future__ import annotations

import heapq
import itertools
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Condition, Event, Thread


@dataclass(order=True)
class _Limit:
    """A line that is cut at a time of the monotonic clock, unless its call is over by then."""

    at: float
    number: int
    line: socket.socket = field(compare=False)
    expired: Event = field(compare=False)
    is_over: bool = field(default=False, compare=False)


class CallTimer:
    """Cuts lines at their time; the thread starts with the first call."""

    def __init__(self) -> None:
        self._limits: list[_Limit] = []
        self._numbers = itertools.count()
        self._changed = Condition()
        self._thread: Thread | None = None

    @contextmanager
    def limit(self, line: socket.socket, seconds: float, expired: Event) -> Iterator[None]:
        """Cut `line` when so many seconds are over, whatever the call waits for just then.

        `expired` is set before the cut. Nothing is cut any more once the block has ended.
        """
        limit = _Limit(time.monotonic() + seconds, next(self._numbers), line, expired)
        with self._changed:
            heapq.heappush(self._limits, limit)
            if self._thread is None:
                self._thread = Thread(target=self._run, name="call timer", daemon=True)
                self._thread.start()
            elif self._limits[0] is limit:
                self._changed.notify()
        try:
            yield
        finally:
            with self._changed:
                limit.is_over = True

    def _run(self) -> None:
        with self._changed:
            while True:
                left = self._limits[0].at - time.monotonic() if self._limits else None
                if left is not None and left <= 0:
                    _cut(heapq.heappop(self._limits))
                else:
                    self._changed.wait(left)


def _cut(limit: _Limit) -> None:
    if limit.is_over:
        return
    limit.expired.set()
    try:
        # Not the method of ssl.SSLSocket, which takes its state away under the reader.
        socket.socket.shutdown(limit.line, socket.SHUT_RDWR)
    except OSError:
        return  # it is closed already


CALL_TIMER = CallTimer()
"""That of this process."""
