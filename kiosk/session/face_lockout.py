"""Lockout of cards after failed face checks; no number is kept."""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field

from kiosk.failures import Failure
from kiosk.visit.step_parts.identity import SPENT_BY_TRYING


@dataclass
class FaceLockout:
    """Failed tries by card, counted over visits: laying the card down anew resets nothing.

    `minutes` after the last of `tries` failures the card may be tried again. `secret` is drawn at
    every start, so that nobody can tell a number from what lies in memory.
    """

    tries: int
    minutes: float
    secret: bytes = field(repr=False)
    _failed: dict[bytes, list[float]] = field(default_factory=dict, repr=False)

    def rests(self, number: str, now: float) -> bool:
        """Return whether the card is locked out; `now` is monotonic, in seconds."""
        self._forget_old(now)
        return len(self._failed.get(self._name(number), ())) >= self.tries

    def record_failure(self, number: str, failure: Failure, now: float) -> None:
        """Count a failed try; failures of the machine are not counted.

        `number` is that of the identity card, `now` in monotonic seconds.
        """
        if failure in SPENT_BY_TRYING:
            self._failed.setdefault(self._name(number), []).append(now)

    def clear(self, number: str) -> None:
        """Forget the failures of a card whose holder was recognised."""
        self._failed.pop(self._name(number), None)

    def _forget_old(self, now: float) -> None:
        since = now - 60 * self.minutes
        self._failed = {name: times for name, times in self._failed.items() if times[-1] > since}

    def _name(self, number: str) -> bytes:
        return hmac.digest(self.secret, number.encode(), "sha256")
