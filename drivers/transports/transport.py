"""The protocol of a transport, a byte stream with deadlines, and the exception of a lost one."""

from __future__ import annotations

from enum import Enum
from typing import Protocol


class Loss(Enum):
    """Why a port is lost, as far as the operating system says."""

    GONE = "gone"
    BUSY = "busy"  # another program holds it
    FORBIDDEN = "forbidden"


class DeviceLostError(Exception):
    """Raised when the port is gone, refused, or closed by the other end."""

    def __init__(self, message: str, loss: Loss = Loss.GONE) -> None:
        super().__init__(message)
        self.loss = loss


class Transport(Protocol):
    """An open port. Deadlines are instants of the injected monotonic clock, in seconds.

    Every call but `pulse` and `close` raises DeviceLostError when the port is gone; it must then be
    closed.
    """

    def write(self, data: bytes, deadline: float) -> None:
        """Send all bytes; raises DeviceLostError when they are not taken by the deadline."""

    def read_some(self, deadline: float) -> bytes:
        """Return the bytes that have come, waiting for at least one; b"" at the deadline."""

    def flush_input(self) -> None:
        """Drop the bytes that have come and were not read."""

    def set_baud(self, baud: int) -> bool:
        """Change the speed, in bits a second; False where a port has no speed."""

    def pulse(self) -> bool:
        """Tell at once whether the port is still there; nothing is sent.

        A port that can only find out by reading drops what has come meanwhile.
        """

    def close(self) -> None:
        """Release the port; idempotent, raises nothing."""
