"""The watchdog: whether screen and device supervision are alive, for the service manager."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass
class LoopWatchdog:
    """Liveness of the program; the main thread reports its turns, any thread asks.

    `patience` is in seconds. A screen that is frozen is not healthy, however well the rest of the
    program does, and neither is one behind which no device is supervised any more.
    """

    patience: float
    monotonic: Callable[[], float]
    devices_live: Callable[[], bool]
    _turned_at: float = field(init=False)

    def __post_init__(self) -> None:
        self._turned_at = self.monotonic()

    def turned(self) -> None:
        """Record that the main thread has gone round once more."""
        self._turned_at = self.monotonic()

    def is_kept(self) -> bool:
        """Return whether the main thread and the supervision of devices are alive."""
        return self.monotonic() - self._turned_at <= self.patience and self.devices_live()
