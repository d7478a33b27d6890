"""A scanner of QR codes, serial or as a keyboard, that reads one code at a time.

A code belongs to the person for whom it was asked: what came earlier is thrown away.
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
    """The part of a transport that a scanner needs."""

    def read_some(self, deadline: float) -> bytes:
        """Return what has come; b"" at the deadline. Raises DeviceLostError."""

    def flush_input(self) -> None:
        """Drop the bytes that have come. Raises DeviceLostError."""

    def pulse(self) -> bool:
        """Tell at once whether the scanner is still there; takes nothing of what it sent."""

    def close(self) -> None:
        """Release the port; idempotent."""


class QrScanner:
    """`kiosk.ports.CodeScanner` over a port, to be used from one thread.

    `open_port` is called whenever the port is needed and closed; it may raise DeviceLostError.
    """

    def __init__(
        self,
        open_port: Callable[[], ScannerPort],
        monotonic: Callable[[], float],
        framing: Framing | None = None,
    ) -> None:
        """Prepare the scanner; the port is not opened yet."""
        self._open_port = open_port
        self._monotonic = monotonic
        self._codes = CodeAssembler(framing or Framing())
        self._port: ScannerPort | None = None

    def scan(self, cancelled: Callable[[], bool]) -> QrToken | Failure | None:
        """Return the first code that is scanned from now on; None when cancelled first.

        CODE_UNREADABLE: a code came that is no text. SCANNER_LOST: the port went.
        """
        try:
            return self._scan(cancelled)
        except DeviceLostError:
            self.close()
            return Failure.SCANNER_LOST
        finally:
            self._codes.forget()

    def check(self) -> Failure | None:
        """Open the port unless it is open; return SCANNER_LOST when it is gone.

        A scanner speaks only when it is shown a code, so nothing more can be asked of it.
        """
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
        """Release the port; idempotent."""
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
    """Return the open port of evdev:/dev/input/by-id/… or of a serial URL.

    `baud` is the speed of a serial one, in bits a second. Raises DeviceLostError.
    """
    if url.startswith(qr_keyboard.SCHEME):
        return KeyboardPort(url.removeprefix(qr_keyboard.SCHEME), monotonic)
    return SerialUrl(url, baud, monotonic)
