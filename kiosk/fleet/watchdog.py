"""Do screen and devices still live? What the service manager's watchdog is fed by."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass
class Vigil:
    """The main thread says that it turns, any thread asks; `patience` and the clock in seconds.

    A screen that is frozen is not healthy, however well the rest of the program does, and neither
    is one behind which nobody looks after the devices any more.
    """

    patience: float
    monotonic: Callable[[], float]
    devices_live: Callable[[], bool]
    _turned_at: float = field(init=False)

    def __post_init__(self) -> None:
        self._turned_at = self.monotonic()

    def turned(self) -> None:
        """Note that the main thread has gone round once more."""
        self._turned_at = self.monotonic()

    def is_kept(self) -> bool:
        """Tell whether both live."""
        return self.monotonic() - self._turned_at <= self.patience and self.devices_live()
