"""The machine's clock, read in Asia/Shanghai whatever zone the machine is set to."""

from __future__ import annotations

import time
from datetime import datetime
from typing import TYPE_CHECKING

from kiosk.civil_time import civil_now

if TYPE_CHECKING:
    from collections.abc import Callable
    from threading import Event


class SystemClock:
    """`kiosk.ports.Clock` of this machine; `seconds` returns seconds since 1970 in UTC."""

    def __init__(self, seconds: Callable[[], float] = time.time) -> None:
        self._seconds = seconds

    def now(self) -> datetime:
        """Return the aware time in Asia/Shanghai."""
        return civil_now(self._seconds)

    def monotonic(self) -> float:
        """Return seconds that never go back."""
        return time.monotonic()

    def wait(self, event: Event, seconds: float) -> None:
        """Wait for `event`, but no longer than `seconds`."""
        event.wait(seconds)
