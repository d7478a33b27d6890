"""How does a driver reach a serial device? By a device path or any URL that pyserial knows."""

from __future__ import annotations

import contextlib
import termios
from typing import TYPE_CHECKING

import serial

from drivers.transports.transport import DeviceLost

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# A pulled cable shows in three ways; termios.error is not an OSError.
_LOST = (serial.SerialException, OSError, termios.error)


class SerialUrl:
    """An open serial port, 8N1 without flow control."""

    def __init__(self, url: str, baud: int, monotonic: Callable[[], float]) -> None:
        """Open at once; a device path is opened for this process alone. Raises DeviceLost."""
        self._monotonic = monotonic
        with _losing():
            self._port = serial.serial_for_url(url, baudrate=baud, do_not_open=True)
            if url.startswith("/"):
                self._port.exclusive = True
            self._port.open()

    def write(self, data: bytes, deadline: float) -> None:
        with _losing():
            self._port.write_timeout = self._left(deadline)
            self._port.write(data)

    def read_some(self, deadline: float) -> bytes:
        with _losing():
            waiting = self._port.in_waiting
            self._port.timeout = self._left(deadline)
            # Asking for more than has come would wait for the whole time-out.
            return bytes(self._port.read(max(1, waiting)))

    def flush_input(self) -> None:
        with _losing():
            self._port.reset_input_buffer()

    def close(self) -> None:
        with contextlib.suppress(*_LOST):
            self._port.close()

    def _left(self, deadline: float) -> float:
        return max(0.0, deadline - self._monotonic())


@contextlib.contextmanager
def _losing() -> Iterator[None]:
    try:
        yield
    except _LOST as error:
        raise DeviceLost(str(error)) from error
