"""Which terminals may hand in applications now, and when the others come back.

An answer within a third of a second is possible only while few are at work: what waits inside waits
at the cost of everybody. So a terminal has a *turn*: while it sends one application after the
other it goes on, and others begin as there is room. Who may not begin is told when its turn comes,
before its body is read and before anything is verified.
"""

from __future__ import annotations

import math
import threading
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING, TypeVar

from central.load import LATEST

if TYPE_CHECKING:
    from central.load import TurnPolicy

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")
_MOST_TURNS = 8192  # that are remembered, and as many that wait; then the oldest is forgotten
_RATE_SECONDS, _RATE_WEIGHT = 0.25, 0.3  # of one look at how many are answered, and of the newest
_MEMORY_SECONDS = 10.0  # in which what was counted of turns that began halves, about
_FIRST_SECONDS = 1.0  # of a crowd, in which one can't tell yet how long turns last
_LATE_SECONDS = 30.0  # after its time nobody waits for a terminal that does not come


@dataclass(frozen=True)
class FilingCaller:
    """Who says that it hands something in: its key's id as the request names it, and its address.

    Nothing of it was verified.
    """

    key: str
    source: str


@dataclass
class _Turn:
    """The turn of a key that was verified: until when, and how many applications it sent."""

    until: float
    sent: int = 0


class FilingTurns:
    """Turns of terminals; from any thread. `of_one_terminal` of its applications are here at once.

    `monotonic` returns seconds of a clock that never goes back.
    """

    def __init__(
        self, policy: TurnPolicy, of_one_terminal: int, monotonic: Callable[[], float]
    ) -> None:
        self._policy, self._of_one, self._monotonic = policy, of_one_terminal, monotonic
        self._lock = threading.Lock()
        self._here: Counter[FilingCaller] = Counter()
        self._strangers: Counter[str] = Counter()
        self._turns: OrderedDict[str, _Turn] = OrderedDict()
        self._waiting: OrderedDict[str, float] = OrderedDict()  # key, and when it is given up
        self._rate, self._answered, self._since = 0.0, 0, 0.0
        self._begun, self._passed, self._looked_at = 0.0, 0.0, 0.0
        self.turned_away = 0

    @property
    def here(self) -> int:
        """Return how many applications wait or are at work."""
        return self._here.total()

    @property
    def limit(self) -> int:
        """Return how many may be here before no terminal may begin."""
        policy = self._policy
        return max(policy.least, min(policy.most, int(self._rate * policy.answer_seconds)))

    def wait(self, caller: FilingCaller) -> int:
        """Return the seconds to wait before the caller may hand something in, 0 for none."""
        with self._lock:
            now = self._monotonic()
            if self._here[caller] >= self._of_one:
                self.turned_away += 1
                return 1
            if self._goes_on(caller.key, now):
                crowded = self.here >= 2 * self.limit
            else:
                too_many = self._strangers[caller.source] >= self._policy.of_one_source
                crowded = self.here >= self.limit or (too_many and caller.key not in self._turns)
            if not crowded:
                return 0
            self.turned_away += 1
            return self._told(caller.key, now)

    @contextmanager
    def held(self, caller: FilingCaller) -> Iterator[None]:
        """Count an application as here within the block."""
        with self._lock:
            stranger = caller.key not in self._turns
            self._here[caller] += 1
            self._strangers[caller.source] += stranger
            now = self._monotonic()
            self._waiting.pop(caller.key, None)
            if not self._goes_on(caller.key, now):
                self._count_begun(now)
                self._begun += 1
        try:
            yield
        finally:
            with self._lock:
                _give_back(self._here, caller)
                if stranger:
                    _give_back(self._strangers, caller.source)
                self._count_answered(self._monotonic())

    def go_on(self, caller: FilingCaller) -> None:
        """Let a terminal go on, since its signature was good."""
        with self._lock:
            now = self._monotonic()
            turn = self._turns.pop(caller.key, None)
            if turn is None or turn.until < now:
                turn = _Turn(now)
            turn.sent += 1
            turn.until = now + self._policy.pause_seconds
            self._turns[caller.key] = turn
            _forget_oldest(self._turns)

    def _goes_on(self, key: str, now: float) -> bool:
        turn = self._turns.get(key)
        return turn is not None and now <= turn.until and turn.sent < self._policy.longest

    def _told(self, key: str, now: float) -> int:
        """Return when the turn of a key comes, in seconds; it keeps its place in the crowd."""
        before = self._before(key, now)
        if key not in self._waiting:
            if not self._waiting:  # the crowd begins: those who are here began it
                self._begun, self._passed, self._looked_at = float(self.here), 0.0, now
            self._waiting[key] = now
            _forget_oldest(self._waiting)
        self._count_begun(now)
        begun_a_second = max(self._begun, 1.0) / max(self._passed, _FIRST_SECONDS)
        seconds = math.floor(before / begun_a_second / LATEST)
        seconds = max(1, min(self._policy.longest_wait_seconds, seconds))
        self._waiting[key] = now + LATEST * seconds + _LATE_SECONDS
        return seconds

    def _before(self, key: str, now: float) -> int:
        """Return how many wait before a key; forget those of them that did not come back."""
        before = list(takewhile(lambda one: one[0] != key, self._waiting.items()))
        gone = [other for other, until in before if until < now]
        for other in gone:
            del self._waiting[other]
        return len(before) - len(gone)

    def _count_begun(self, now: float) -> None:
        """Let what was counted before count less, the longer ago the less."""
        passed = now - self._looked_at
        kept = math.exp(-passed / _MEMORY_SECONDS)
        self._begun, self._passed = self._begun * kept, self._passed * kept + passed
        self._looked_at = now

    def _count_answered(self, now: float) -> None:
        self._answered += 1
        if now - self._since < _RATE_SECONDS:
            return
        if self.here:  # else the pause was the terminals'
            newest = self._answered / (now - self._since)
            self._rate += _RATE_WEIGHT * (newest - self._rate)
        self._answered, self._since = 0, now


def _give_back(counted: Counter[_Key], key: _Key) -> None:
    counted[key] -= 1
    if not counted[key]:
        del counted[key]


def _forget_oldest(kept: OrderedDict[str, _Value]) -> None:
    if len(kept) > _MOST_TURNS:
        kept.popitem(last=False)
