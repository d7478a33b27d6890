"""A transport over serial ports: a device path, or any URL that pyserial knows."""

from __future__ import annotations

import contextlib
import errno
import io
import termios
from typing import TYPE_CHECKING

import serial

from drivers.transports import other_end
from drivers.transports.transport import DeviceLostError, Loss

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Iterator

# A pulled cable shows in three ways; termios.error is not an OSError.
_LOST = (serial.SerialException, OSError, termios.error)
_LOSSES = {
    errno.EACCES: Loss.FORBIDDEN,
    errno.EPERM: Loss.FORBIDDEN,
    errno.EAGAIN: Loss.BUSY,  # the lock that `exclusive` asks for
    errno.EBUSY: Loss.BUSY,
}
_CHUNK = 4096
_SLICE = 0.02  # seconds; RFC 2217 negotiates anew at every change of a time-out


class SerialUrl:
    """An open serial port, 8N1 without flow control.

    `baud` is the speed in bits a second. Raises DeviceLostError, whose `loss` has the reason, when
    the port can't be opened; pyserial raises ValueError for a URL that it does not know.
    """

    def __init__(self, url: str, baud: int, monotonic: Callable[[], float]) -> None:
        """Open the port at once; a device path is locked for this process alone."""
        self._monotonic = monotonic
        self._negotiates = url.startswith("rfc2217://")
        self._counts_input = not url.startswith("socket://")  # it says 1 for any number of bytes
        with _losing():
            self._port = serial.serial_for_url(url, baudrate=baud, do_not_open=True)
            if url.startswith("/"):
                self._port.exclusive = True
            if self._negotiates:
                self._port.timeout = _SLICE
            self._port.open()
            # socket:// and rfc2217:// share this name; only one of them has a file number.
            self._line: socket.socket | None = getattr(self._port, "_socket", None)
            if self._line is not None:
                other_end.watch(self._line)
        self._hurry()

    def write(self, data: bytes, deadline: float) -> None:
        """Send all bytes before `deadline`; raises DeviceLostError when the port is gone."""
        with _losing():
            if not self._negotiates:  # pyserial's RFC 2217 knows no time-out of a write
                self._port.write_timeout = self._left(deadline)
            self._port.write(data)

    def read_some(self, deadline: float) -> bytes:
        """Return the bytes that have come; b"" at the deadline."""
        with _losing():
            while True:
                if heard := self._read(deadline):
                    return heard
                if self._left(deadline) == 0:
                    return b""

    def flush_input(self) -> None:
        """Drop the bytes that have come and were not read."""
        with _losing():
            self._port.reset_input_buffer()

    def set_baud(self, baud: int) -> bool:
        """Change the speed, in bits a second; return true."""
        with _losing():
            self._port.baudrate = baud
        return True

    def pulse(self) -> bool:
        """Return whether the other end of the line is there; nothing is sent."""
        try:
            return other_end.is_there((self._line or self._port).fileno())
        except io.UnsupportedOperation:  # loop:// ends nowhere
            return True
        except _LOST:
            return False

    def close(self) -> None:
        """Close the port, also when its other end hung up first."""
        with contextlib.suppress(*_LOST):
            self._port.close()
        if self._line is not None:  # pyserial forgets it when the other end hung up first
            self._line.close()

    def _read(self, deadline: float) -> bytes:
        waiting = self._port.in_waiting
        if not self._negotiates:
            self._port.timeout = self._left(deadline)
        # Asking for more than has come would wait for the whole time-out.
        heard = bytes(self._port.read(max(1, waiting)))
        if heard and not self._counts_input:
            self._port.timeout = 0
            heard += bytes(self._port.read(_CHUNK))
        return heard

    def _left(self, deadline: float) -> float:
        return max(0.0, deadline - self._monotonic())

    def _hurry(self) -> None:
        # An FTDI bridge keeps bytes back for 16 ms; other ports know no such mode.
        with contextlib.suppress(*_LOST, ValueError, AttributeError, NotImplementedError):
            self._port.set_low_latency_mode(True)


@contextlib.contextmanager
def _losing() -> Iterator[None]:
    try:
        yield
    except _LOST as error:
        loss = _LOSSES.get(getattr(error, "errno", None) or 0, Loss.GONE)
        raise DeviceLostError(str(error), loss) from error
