"""What does a keypad or a headphone jack report? Input events, as the kernel would, into a pipe."""

from __future__ import annotations

import os
import struct
from pathlib import Path

EVENT = struct.Struct("llHHi")
SYN, KEY, SWITCH = 0, 1, 5
HEADPHONE_INSERT = 2


class SimulatedInput:
    """A named pipe in place of /dev/input/event…; what nobody reads yet waits in it."""

    def __init__(self, path: Path) -> None:
        path.unlink(missing_ok=True)
        os.mkfifo(path)
        self._path = path
        self._file = os.open(path, os.O_RDWR | os.O_NONBLOCK)

    @property
    def url(self) -> str:
        return f"evdev:{self._path}"

    def press(self, code: int) -> None:
        """Press and let go of a key."""
        self._report((KEY, code, 1), (SYN, 0, 0), (KEY, code, 0), (SYN, 0, 0))

    def hold(self, code: int, repeats: int) -> None:
        """Hold a key down so long that the keyboard repeats it."""
        again = ((KEY, code, 2), (SYN, 0, 0)) * repeats
        self._report((KEY, code, 1), (SYN, 0, 0), *again, (KEY, code, 0), (SYN, 0, 0))

    def plug(self, *, plugged: bool) -> None:
        """Put the headphones in, or take them out."""
        self._report((SWITCH, HEADPHONE_INSERT, int(plugged)), (SYN, 0, 0))

    def close(self) -> None:
        """Pull the cable."""
        os.close(self._file)
        self._path.unlink()

    def _report(self, *events: tuple[int, int, int]) -> None:
        self._write(b"".join(EVENT.pack(0, 0, *event) for event in events))

    def _write(self, data: bytes) -> None:
        os.write(self._file, data)
