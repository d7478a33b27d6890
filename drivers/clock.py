"""What time is it on this machine?"""

from __future__ import annotations

import time
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from threading import Event


class SystemClock:
    """`kiosk.ports.Clock` of this machine."""

    def now(self) -> datetime:
        """Return the local time with its offset."""
        return datetime.now().astimezone()

    def monotonic(self) -> float:
        """Return seconds that never go back."""
        return time.monotonic()

    def wait(self, event: Event, seconds: float) -> None:
        """Wait for `event`, but no longer than `seconds`."""
        event.wait(seconds)
