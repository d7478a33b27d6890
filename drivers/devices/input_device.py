"""A reader of the kernel's input events of one device, on a thread of its own.

The interface (evdev) is a file of 24-byte records. A device that is gone is looked for again.
"""

from __future__ import annotations

import os
import select
import struct
import threading
from typing import TYPE_CHECKING, Final

from drivers.devices.qr_keyboard import grab

if TYPE_CHECKING:
    from collections.abc import Callable

SCHEME: Final = "evdev:"
AGAIN_SECONDS = 1.0  # before a device that is gone is looked for again
_EVENT = struct.Struct("llHHi")  # struct input_event: time (two longs), type, code, value
_EVENTS_AT_ONCE = 64


class InputDevice:
    """One input device, read until it is closed.

    The callbacks run on its thread: `hear` gets type, code and value of each event, `found` the
    open file whenever the device was opened, `lost` nothing whenever it went.

    `url` is evdev:PATH.
    """

    def __init__(
        self,
        url: str,
        hear: Callable[[int, int, int], None],
        found: Callable[[int], None] = lambda _file: None,
        lost: Callable[[], None] = lambda: None,
    ) -> None:
        """Start the thread."""
        self._path = url.removeprefix(SCHEME)
        self._hear, self._found, self._lost = hear, found, lost
        self._ended = threading.Event()
        self._wake, self._end = os.pipe()
        self._thread = threading.Thread(target=self._work, name="keys", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Close the device and end the thread."""
        self._ended.set()
        os.write(self._end, b"x")
        self._thread.join()
        os.close(self._wake)
        os.close(self._end)

    def _work(self) -> None:
        while not self._ended.is_set():
            try:
                file = os.open(self._path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
            except OSError:
                self._ended.wait(AGAIN_SECONDS)
                continue
            try:
                self._found(file)
                self._listen(file)
            except OSError:
                self._ended.wait(AGAIN_SECONDS)
            finally:
                os.close(file)
                self._lost()

    def _listen(self, file: int) -> None:
        """Pass on every event until `close`; raises OSError when the device ends."""
        rest = b""
        while True:
            ready, _, _ = select.select([file, self._wake], [], [])
            if self._wake in ready:
                return
            heard = os.read(file, _EVENT.size * _EVENTS_AT_ONCE)
            if not heard:
                raise OSError("the device has ended")
            rest += heard
            whole = len(rest) // _EVENT.size * _EVENT.size
            for _seconds, _micros, kind, code, value in _EVENT.iter_unpack(rest[:whole]):
                self._hear(kind, code, value)
            rest = rest[whole:]


def take(file: int) -> None:
    """Grab the device, so that no other program gets its events.

    A device that refuses is used all the same.
    """
    try:
        grab(file)
    except OSError:
        return
