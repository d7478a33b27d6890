"""Witnessing of the audit chain by the central service, and the check of this clock.

Every request carries the newest head, so that a chain whose end was cut off no longer fits what the
central service kept (delivery.md §7). Every answer carries the central service's clock.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from kiosk.ports import Central, CentralAnswer
from kiosk.storage.store import StoreError

HEADER = "Kiosk-Audit"
TOLERANCE = timedelta(minutes=5)  # delivery.md §4: the replay window of a signed request

LONGEST = timedelta(days=36_525)  # a century says enough, and fits the audit's field


@dataclass
class ClockCheck:
    """Comparison with the central service's clock; reports once until it was right again.

    `at` is this clock; `on_wrong` gets the minutes by which it is ahead.
    """

    at: Callable[[], datetime]
    on_wrong: Callable[[int], None]
    wrong: bool = field(default=False, init=False)
    ahead_seconds: int | None = field(default=None, init=False)  # as of the newest answer

    def compare(self, theirs: datetime) -> None:
        """Compare with the time `theirs`, and report when the difference is too large."""
        ahead = min(max(self.at() - theirs, -LONGEST), LONGEST)
        self.ahead_seconds = int(ahead.total_seconds())
        before, self.wrong = self.wrong, abs(ahead) > TOLERANCE
        if self.wrong and not before:
            self.on_wrong(int(ahead.total_seconds() // 60))


@dataclass(frozen=True)
class WitnessedCentral:
    """The central service, told of the chain's head with every request; thread-safe."""

    central: Central
    head: Callable[[], str]
    clock: ClockCheck

    def call(
        self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> CentralAnswer:
        """Send one request with the audit chain's head; without it if the database can't be read.

        `method`, `path`, `body` and `headers` as in `kiosk.ports.Central`.
        """
        answer = self.central.call(method, path, body, {**(headers or {}), **self._witness()})
        if answer.date is not None:
            self.clock.compare(answer.date)
        return answer

    def _witness(self) -> Mapping[str, str]:
        try:
            return {HEADER: self.head()}
        except StoreError:
            return {}
