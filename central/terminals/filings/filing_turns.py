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
from typing import TYPE_CHECKING, TypeVar

from central.load import MEAN_RETURN
from central.terminals.filings.waiting_crowd import WaitingCrowd

if TYPE_CHECKING:
    from central.load import TurnPolicy

_Key = TypeVar("_Key")
_MOST_TURNS = 8192  # that are remembered; then the oldest is forgotten
_RATE_SECONDS, _RATE_WEIGHT = 0.25, 0.3  # of one look at how many are answered, and of the newest
_MEMORY_SECONDS = 10.0  # in which what was counted of turns that began halves, about
_FIRST_SECONDS = 3.0  # of a crowd, in which one can't tell yet how long turns last
_SPARE_MOST = 2.0  # times as many are called as began, while there is room for more
_YOUNG_SECONDS, _YOUNG_WAIT = 4.0, 10  # of a crowd whose pace nobody knows yet: it is told less
_DUE_SHARE = 1.5  # of the limit is there for who comes back at the time that it was told


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

    `monotonic` returns seconds of a clock that never goes back; `note_crowd` is called for each
    that has to wait for others. No call costs more with a longer crowd: anybody may make it longer,
    by keys that nobody has.
    """

    def __init__(
        self,
        policy: TurnPolicy,
        of_one_terminal: int,
        monotonic: Callable[[], float],
        note_crowd: Callable[[], None] = lambda: None,
    ) -> None:
        self._note_crowd = note_crowd
        self._policy, self._of_one, self._monotonic = policy, of_one_terminal, monotonic
        self._lock = threading.Lock()
        self._here: Counter[FilingCaller] = Counter()
        self._all_here, self._mean_here = 0, 0.0
        self._strangers: Counter[str] = Counter()
        self._turns: OrderedDict[str, _Turn] = OrderedDict()
        self._crowd = WaitingCrowd(policy.waiting_of_one_source)
        self._rate, self._answered, self._since = 0.0, 0, 0.0
        self._begun, self._passed, self._looked_at = 0.0, 0.0, 0.0
        self._crowd_since = -math.inf
        self.turned_away = 0

    @property
    def here(self) -> int:
        """Return how many applications wait or are at work."""
        return self._all_here

    @property
    def limit(self) -> int:
        """Return how many may be here before no terminal may begin."""
        policy = self._policy
        return max(policy.least, min(policy.most, int(self._rate * policy.answer_seconds)))

    def wait(self, caller: FilingCaller) -> int:
        """Return the seconds to wait before the caller may hand something in, 0 for none."""
        with self._lock:
            now = self._monotonic()
            if self._here.get(caller, 0) >= self._of_one:
                self.turned_away += 1
                return 1
            if self._all_here < self._room_for(caller, now):
                return 0
            self.turned_away += 1
            return self._told(caller, now)

    @contextmanager
    def held(self, caller: FilingCaller) -> Iterator[None]:
        """Count an application as here within the block."""
        with self._lock:
            stranger = caller.key not in self._turns
            self._here[caller] += 1
            self._all_here += 1
            self._strangers[caller.source] += stranger
            now = self._monotonic()
            self._crowd.forget(caller.key)
            if not self._goes_on(caller.key, now):
                self._count_begun(now)
                self._begun += 1
        try:
            yield
        finally:
            with self._lock:
                _give_back(self._here, caller)
                self._all_here -= 1
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
            if len(self._turns) > _MOST_TURNS:
                self._turns.popitem(last=False)

    def _room_for(self, caller: FilingCaller, now: float) -> float:
        """Return how many may be here for the caller to be let in."""
        if self._goes_on(caller.key, now):
            return 2 * self.limit
        too_many = self._strangers.get(caller.source, 0) >= self._policy.of_one_source
        if too_many and caller.key not in self._turns:
            return 0
        share = _DUE_SHARE if self._crowd.is_due(caller.key, now) else 1.0
        return self.limit * share

    def _goes_on(self, key: str, now: float) -> bool:
        turn = self._turns.get(key)
        return turn is not None and now <= turn.until and turn.sent < self._policy.longest

    def _told(self, caller: FilingCaller, now: float) -> int:
        """Return when the turn of a caller comes, in seconds; it keeps its place in the crowd.

        It comes back somewhat later than it is told: on the whole at its place, and is let in then.
        """
        crowd, source = self._crowd, caller.source
        self._note_crowd()
        crowd.forget_gone(now)
        if not crowd:  # it begins: those who are here began it
            self._begun, self._passed, self._looked_at = float(self.here), 0.0, now
            self._crowd_since = now
        before = crowd.place_of(caller.key, "" if caller.key in self._turns else source)
        self._count_begun(now)
        seconds = round(before / self._begun_a_second() / MEAN_RETURN)
        is_young = now - self._crowd_since < _YOUNG_SECONDS
        longest = _YOUNG_WAIT if is_young else self._policy.longest_wait_seconds
        seconds = max(1, min(longest, seconds))
        crowd.tell(caller.key, now, seconds)
        return seconds

    def _begun_a_second(self) -> float:
        """Return how many turns are to begin in a second: as began, more while there is room."""
        spare = self.limit / max(1.0, self._mean_here)
        begun = max(self._begun, 1.0) / max(self._passed, _FIRST_SECONDS)
        return begun * max(1.0, min(_SPARE_MOST, spare))

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
        self._mean_here += _RATE_WEIGHT * (self.here - self._mean_here)
        self._answered, self._since = 0, now


def _give_back(counted: Counter[_Key], key: _Key) -> None:
    counted[key] -= 1
    if not counted[key]:
        del counted[key]
