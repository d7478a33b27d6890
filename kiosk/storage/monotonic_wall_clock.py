"""A wall clock that never goes back, for ages and time limits on a machine with a bad clock.

A clock that is set back, or begins in another year after each power cut, must neither end what was
just kept nor keep it for ever. This one advances by the time that passes while the program runs, by
the wall clock where that is ahead, and by some minutes for each start.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from kiosk.storage.database import StoreError
from kiosk.storage.terminal_notes import Values, read_number

NAME = "forward_clock"
KEPT_EVERY = 240.0  # seconds; not oftener, or an idle terminal would write all the time
A_START_COSTS = 300.0  # seconds: what may have passed since it was last kept


@dataclass
class MonotonicWallClock:
    """Seconds since 1970, equal to the wall clock while nothing is wrong with it; thread-safe.

    `wall` may jump, `passed` may not: it counts from any moment of this run.
    """

    values: Values
    wall: Callable[[], float]
    passed: Callable[[], float]
    _shown: float | None = field(default=None, init=False)
    _passed: float = field(default=0.0, init=False)
    _kept: float = field(default=float("-inf"), init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False)

    def __call__(self) -> float:
        """Return the time in seconds.

        While the database can't be used, the next run may begin before it.
        """
        with self._lock, suppress(StoreError):
            now = self._shown = self._next()
            if now - self._kept >= KEPT_EVERY:
                self.values.keep_value(NAME, repr(now), urgent=False)
                self._kept = now
        return self.wall() if self._shown is None else self._shown

    def _next(self) -> float:
        passed, before = self.passed(), self._passed
        if self._shown is None:
            kept = read_number(NAME, self.values.value_of(NAME))
            least = float("-inf") if kept is None else kept + A_START_COSTS
        else:
            least = self._shown + passed - before
        self._passed = passed
        return max(least, self.wall())
