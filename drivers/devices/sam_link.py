"""How does one SAM_V command get its reply? Resends, stale replies, and a port that comes back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drivers.protocols import samv
from drivers.protocols.samv import Command, FrameScanner, Reply, Status
from drivers.transports.transport import DeviceLost

if TYPE_CHECKING:
    from collections.abc import Callable

    from drivers.transports.transport import Transport

RESENDS = 2
_LINE_FAULTS = {Status.RX_CHECKSUM, Status.RX_LENGTH}


class SamLink:
    """Owns the port of one reader; opens it when it is needed."""

    def __init__(self, open_port: Callable[[], Transport], monotonic: Callable[[], float]) -> None:
        self._open_port = open_port
        self._monotonic = monotonic
        self._port: Transport | None = None

    def ask(self, command: Command, seconds: float) -> Reply | None:
        """Return the fitting reply, or None when none came in time. Raises DeviceLost.

        A damaged frame, either way, is asked for again, at most twice; a reply that belongs to an
        earlier command is dropped. `seconds` is the limit of each sending.
        """
        try:
            for _ in range(RESENDS):
                answer, damaged = self._send(command, seconds)
                refused = answer is not None and answer.status in _LINE_FAULTS
                if not (damaged or refused):
                    return answer
            return self._send(command, seconds)[0]
        except DeviceLost:
            self.close()
            raise

    def close(self) -> None:
        """Let go of the port; the next command opens it again."""
        if self._port is not None:
            self._port.close()
            self._port = None

    def _send(self, command: Command, seconds: float) -> tuple[Reply | None, bool]:
        """Send once; the second value tells whether a damaged frame came instead of a reply."""
        if self._port is None:
            self._port = self._open_port()
        deadline = self._monotonic() + seconds
        self._port.flush_input()
        self._port.write(samv.request(command), deadline)
        scanner = FrameScanner()
        while self._monotonic() < deadline and not scanner.bad_checksums:
            for body in scanner.feed(self._port.read_some(deadline)):
                answer = samv.reply(body)
                if answer is not None and samv.fits(command, answer):
                    return answer, False
        return None, scanner.bad_checksums > 0
