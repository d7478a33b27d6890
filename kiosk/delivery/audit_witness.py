"""How does the central service come to witness the audit chain, and the terminal to know the time?

Every request carries the newest head, so that a chain whose end was cut off no longer fits what the
central service kept (central.md §7). Every answer carries the central service's clock.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from kiosk.ports import Central, CentralAnswer
from kiosk.storage.store import StoreError

HEADER = "Kiosk-Audit"
TOLERANCE = timedelta(minutes=5)  # central.md §3: the replay window of a signed request

LONGEST = timedelta(days=36_525)  # a century says enough, and fits the audit's field


@dataclass
class ClockCheck:
    """Tells once when the terminal's clock goes wrong, and is silent until it was right again."""

    at: Callable[[], datetime]
    on_wrong: Callable[[int], None]
    wrong: bool = field(default=False, init=False)
    ahead_seconds: int | None = field(default=None, init=False)  # as of the newest answer

    def compare(self, theirs: datetime) -> None:
        """Tell how many minutes this clock is ahead of the central service's, when too many."""
        ahead = min(max(self.at() - theirs, -LONGEST), LONGEST)
        self.ahead_seconds = int(ahead.total_seconds())
        before, self.wrong = self.wrong, abs(ahead) > TOLERANCE
        if self.wrong and not before:
            self.on_wrong(int(ahead.total_seconds() // 60))


@dataclass(frozen=True)
class WitnessedCentral:
    """The central service, told of the chain's head with every request. Any thread."""

    central: Central
    head: Callable[[], str]
    clock: ClockCheck

    def call(
        self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> CentralAnswer:
        """Send one request with the head; without it while the database can't be read."""
        answer = self.central.call(method, path, body, {**(headers or {}), **self._witness()})
        if answer.date is not None:
            self.clock.compare(answer.date)
        return answer

    def _witness(self) -> Mapping[str, str]:
        try:
            return {HEADER: self.head()}
        except StoreError:
            return {}
