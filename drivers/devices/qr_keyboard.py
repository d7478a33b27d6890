"""A code scanner that presents itself as a keyboard: its key events, read before anything else.

The kernel's evdev interface is a file of 24-byte records, so no package is needed for it. The
device is grabbed: no window, no focus and no input method gets what a telephone showed.
"""

from __future__ import annotations

import fcntl
import os
import select
import struct
from typing import TYPE_CHECKING, Final

from drivers.protocols.qr_token import KeyDecoder
from drivers.transports import other_end
from drivers.transports.transport import DeviceLostError

if TYPE_CHECKING:
    from collections.abc import Callable

SCHEME: Final = "evdev:"
_EVENT = struct.Struct("llHHi")  # struct input_event: time (two longs), type, code, value
_EVENTS_AT_ONCE = 64
_SYN, _KEY = 0, 1
_SYN_DROPPED = 3
_GRAB = 0x40044590  # EVIOCGRAB
_LOST_KEYS = b"\xff"  # no code has such a byte, so the code around it is unreadable


def grab(descriptor: int) -> None:
    """Take the device for this process alone; raises OSError when another has it."""
    fcntl.ioctl(descriptor, _GRAB, 1)


class KeyboardPort:
    """The keys of a keyboard scanner as the bytes that a serial one would send.

    `path` is the event file of the device, below /dev/input. `take` grabs the open file. Raises
    DeviceLostError when the device can't be opened or grabbed.
    """

    def __init__(
        self,
        path: str,
        monotonic: Callable[[], float],
        take: Callable[[int], None] = grab,
    ) -> None:
        """Open and grab the device at once."""
        self._monotonic = monotonic
        self._decoder = KeyDecoder()
        self._rest = b""
        try:
            self._file = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError as error:
            raise DeviceLostError(str(error)) from error
        try:
            take(self._file)
        except OSError as error:
            self.close()
            raise DeviceLostError(str(error)) from error

    def read_some(self, deadline: float) -> bytes:
        """Return what was typed, waiting for at least one event; b"" at the deadline.

        `deadline` is an instant of the monotonic clock. Some events type nothing, so b"" may come
        before the deadline, too. Raises DeviceLostError.
        """
        seconds = max(0.0, deadline - self._monotonic())
        if not select.select([self._file], [], [], seconds)[0]:
            return b""
        try:
            received = os.read(self._file, _EVENT.size * _EVENTS_AT_ONCE)
        except OSError as error:
            raise DeviceLostError(str(error)) from error
        if not received:
            raise DeviceLostError("the device was unplugged")
        return self._typed(received)

    def flush_input(self) -> None:
        """Drop what was typed and not read. Raises DeviceLostError."""
        while select.select([self._file], [], [], 0)[0]:
            self.read_some(self._monotonic())

    def pulse(self) -> bool:
        """Tell whether the device is still plugged in."""
        return other_end.is_there(self._file)

    def close(self) -> None:
        """Close the device, which ends the grab; idempotent."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def _typed(self, received: bytes) -> bytes:
        events = self._rest + received
        whole = len(events) // _EVENT.size * _EVENT.size
        self._rest = events[whole:]
        typed = b""
        for _seconds, _micros, kind, code, value in _EVENT.iter_unpack(events[:whole]):
            if kind == _KEY:
                typed += self._decoder.feed(code, value)
            elif (kind, code) == (_SYN, _SYN_DROPPED):
                typed += _LOST_KEYS
                self._decoder = KeyDecoder()  # the release of a shift may be among what was lost
        return typed
