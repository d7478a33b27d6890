"""How does a driver move bytes? A few calls with a deadline, and one way to be lost."""

from __future__ import annotations

from enum import Enum
from typing import Protocol


class Loss(Enum):
    """Why a port is lost, as far as the system says."""

    GONE = "gone"
    BUSY = "busy"  # another program holds it
    FORBIDDEN = "forbidden"


class DeviceLostError(Exception):
    """The port is gone, refused, or closed by the other end."""

    def __init__(self, message: str, loss: Loss = Loss.GONE) -> None:
        super().__init__(message)
        self.loss = loss


class Transport(Protocol):
    """An open port. Deadlines are instants of the injected monotonic clock, in seconds.

    Every call but `pulse` and `close` raises DeviceLost when the port is gone; it must then be
    closed.
    """

    def write(self, data: bytes, deadline: float) -> None:
        """Send all bytes; DeviceLost when they are not taken by the deadline."""

    def read_some(self, deadline: float) -> bytes:
        """Return what has come, waiting for at least one byte; b"" at the deadline."""

    def flush_input(self) -> None:
        """Forget what has come and was not read."""

    def set_baud(self, baud: int) -> bool:
        """Change the speed, in bits a second; False where a port has none."""

    def pulse(self) -> bool:
        """Tell at once whether the port is still there; nothing is sent.

        Where it can't be told otherwise, what has come unasked is forgotten.
        """

    def close(self) -> None:
        """Let go of the port; idempotent, raises nothing."""
