"""A simulated keypad or headphone jack: input events, as the kernel writes them, in a pipe."""

from __future__ import annotations

import os
import struct
from pathlib import Path

EVENT = struct.Struct("llHHi")
SYN, KEY, SWITCH = 0, 1, 5
HEADPHONE_INSERT = 2


class SimulatedInput:
    """A named pipe in place of /dev/input/event…; events that nobody has read yet wait in it."""

    def __init__(self, path: Path) -> None:
        path.unlink(missing_ok=True)
        os.mkfifo(path)
        self._path = path
        self._file = os.open(path, os.O_RDWR | os.O_NONBLOCK)

    @property
    def url(self) -> str:
        """Return the address of the device in the settings."""
        return f"evdev:{self._path}"

    def press(self, code: int) -> None:
        """Report a key as pressed and released."""
        self._report((KEY, code, 1), (SYN, 0, 0), (KEY, code, 0), (SYN, 0, 0))

    def hold(self, code: int, repeats: int) -> None:
        """Report a key as held for so many `repeats`, then released."""
        again = ((KEY, code, 2), (SYN, 0, 0)) * repeats
        self._report((KEY, code, 1), (SYN, 0, 0), *again, (KEY, code, 0), (SYN, 0, 0))

    def plug(self, *, plugged: bool) -> None:
        """Report whether headphones are plugged in."""
        self._report((SWITCH, HEADPHONE_INSERT, int(plugged)), (SYN, 0, 0))

    def close(self) -> None:
        """Remove the pipe."""
        os.close(self._file)
        self._path.unlink()

    def _report(self, *events: tuple[int, int, int]) -> None:
        self._write(b"".join(EVENT.pack(0, 0, *event) for event in events))

    def _write(self, data: bytes) -> None:
        os.write(self._file, data)
