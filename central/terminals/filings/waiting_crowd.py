"""The terminals that were told to come back, in the order in which they came first."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass
from heapq import heappop, heappush, heapreplace

from central.load import LATEST

MOST_PLACES = 8192  # that are kept; who comes then is told a time, and has no place
_LATE_SECONDS = 10.0  # after its time nobody waits for a terminal that does not come


@dataclass
class _Place:
    """The place of one key: `number` in the order of the crowd, and `source` where it counts.

    `due`: when it may come back; `until`: when it is given up.
    """

    number: int
    source: str
    due: float = 0.0
    until: float = 0.0


class WaitingCrowd:
    """Who waits for a turn, by keys of which nothing is verified.

    Whatever is asked takes as long with a thousand places as with one, so that who invents keys
    does not slow the others; and of one source no more than `of_one_source` have places.
    """

    def __init__(self, of_one_source: int) -> None:
        self._of_one_source = of_one_source
        self._places: dict[str, _Place] = {}
        self._order: list[int] = []  # the numbers of all places, ascending
        self._ends: list[tuple[float, int, str]] = []  # a heap: when to look at whom
        self._of_source: Counter[str] = Counter()
        self._next = 0

    def __len__(self) -> int:
        return len(self._places)

    def place_of(self, key: str, source: str) -> int:
        """Return how many are before a key; it gets a place if it has none and there is one.

        `source`: where its place is counted, "" for a key that was verified before.
        """
        if (found := self._places.get(key)) is not None:
            return bisect_left(self._order, found.number)
        before = len(self._order)
        crowded = source and self._of_source[source] >= self._of_one_source
        if before < MOST_PLACES and not crowded:
            self._places[key] = _Place(self._next, source)
            self._order.append(self._next)
            self._of_source[source] += 1
            self._next += 1
        return before

    def tell(self, key: str, now: float, seconds: float) -> None:
        """Note that a key was told at `now`, in seconds, to come back after so many `seconds`."""
        if (place := self._places.get(key)) is None:
            return
        is_new = not place.until
        place.due, place.until = now + seconds, now + LATEST * seconds + _LATE_SECONDS
        if is_new:
            heappush(self._ends, (place.until, place.number, key))

    def is_due(self, key: str, now: float) -> bool:
        """Tell whether a key comes back at the time that it was told, or later.

        `now`: seconds of the clock of `tell`.
        """
        place = self._places.get(key)
        return place is not None and now >= place.due

    def forget(self, key: str) -> None:
        """Take a key's place away, if it has one."""
        if (place := self._places.pop(key, None)) is None:
            return
        del self._order[bisect_left(self._order, place.number)]
        self._of_source[place.source] -= 1
        if not self._of_source[place.source]:
            del self._of_source[place.source]

    def forget_gone(self, now: float) -> None:
        """Take the places of those away who did not come back until `now`, in seconds."""
        while self._ends and self._ends[0][0] < now:
            _, number, key = self._ends[0]
            place = self._places.get(key)
            is_here = place is not None and place.number == number
            if place is not None and is_here and place.until >= now:  # it was told anew
                heapreplace(self._ends, (place.until, number, key))
                continue
            heappop(self._ends)
            if is_here:
                self.forget(key)
