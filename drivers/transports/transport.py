"""How does a driver move bytes? Three calls with a deadline, and one way to be lost."""

from __future__ import annotations

from typing import Protocol


class DeviceLost(Exception):  # noqa: N818 - it states what happened to the device
    """The port is gone, refused, or closed by the other end."""


class Transport(Protocol):
    """An open port. Deadlines are instants of the injected monotonic clock, in seconds.

    Every call raises DeviceLost when the port is gone; the port must then be closed.
    """

    def write(self, data: bytes, deadline: float) -> None:
        """Send all bytes; DeviceLost when they are not taken by the deadline."""

    def read_some(self, deadline: float) -> bytes:
        """Return what has come, waiting for at least one byte; b"" at the deadline."""

    def flush_input(self) -> None:
        """Forget what has come and was not read."""

    def close(self) -> None:
        """Let go of the port; idempotent, raises nothing."""
