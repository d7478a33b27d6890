"""Which code does the telephone show? One scan at a time, from a serial or a keyboard scanner.

A code is given to the person before whom it was asked for: what came earlier is thrown away.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from drivers.devices import qr_keyboard
from drivers.devices.qr_keyboard import KeyboardPort
from drivers.protocols.qr_token import CodeAssembler, Framing
from drivers.transports.serial_url import SerialUrl
from drivers.transports.transport import DeviceLostError
from kiosk.failures import Failure

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiosk.people.qr_token import QrToken

POLL_SECONDS = 0.2


class ScannerPort(Protocol):
    """The half of a transport that a scanner needs."""

    def read_some(self, deadline: float) -> bytes:
        """Return what has come; b"" at the deadline. Raises DeviceLostError."""

    def flush_input(self) -> None:
        """Forget what has come. Raises DeviceLostError."""

    def pulse(self) -> bool:
        """Tell at once whether the scanner is still there; takes nothing of what it said."""

    def close(self) -> None:
        """Let go; idempotent."""


class QrScanner:
    """`kiosk.ports.CodeScanner`. Use it from one thread."""

    def __init__(
        self,
        open_port: Callable[[], ScannerPort],
        monotonic: Callable[[], float],
        framing: Framing | None = None,
    ) -> None:
        """`open_port` is called whenever the port is needed and closed.

        It may raise DeviceLostError.
        """
        self._open_port = open_port
        self._monotonic = monotonic
        self._codes = CodeAssembler(framing or Framing())
        self._port: ScannerPort | None = None

    def scan(self, cancelled: Callable[[], bool]) -> QrToken | Failure | None:
        """Wait for the first code that is scanned from now on; None when cancelled first."""
        try:
            return self._scan(cancelled)
        except DeviceLostError:
            self.close()
            return Failure.SCANNER_LOST
        finally:
            self._codes.forget()

    def check(self) -> Failure | None:
        """Open the port if it is not; a scanner that nobody shows a code can't be asked more."""
        try:
            self._port = self._port or self._open_port()
            self._port.flush_input()
        except DeviceLostError:
            self.close()
            return Failure.SCANNER_LOST
        return None

    def pulse(self) -> bool:
        """Tell whether the port is open and the scanner still at its other end."""
        return self._port is not None and self._port.pulse()

    def close(self) -> None:
        if self._port is not None:
            self._port.close()
            self._port = None

    def _scan(self, cancelled: Callable[[], bool]) -> QrToken | Failure | None:
        port = self._port = self._port or self._open_port()
        port.flush_input()
        while not cancelled():
            if found := self._listen(port):
                return found[0]
        return None

    def _listen(self, port: ScannerPort) -> list[QrToken | Failure]:
        began = self._monotonic()
        ends_at = self._codes.ends_at(began)
        data = port.read_some(began + POLL_SECONDS if ends_at is None else ends_at)
        now = self._monotonic()
        return self._codes.feed(data, now) if data else self._codes.pause(began, now)


def open_scanner_port(url: str, baud: int, monotonic: Callable[[], float]) -> ScannerPort:
    """Open evdev:/dev/input/by-id/… or a serial URL. Raises DeviceLostError."""
    if url.startswith(qr_keyboard.SCHEME):
        return KeyboardPort(url.removeprefix(qr_keyboard.SCHEME), monotonic)
    return SerialUrl(url, baud, monotonic)
