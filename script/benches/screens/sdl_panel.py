"""A simulated touch panel: fingers enter SDL's queue as its driver puts them."""

from __future__ import annotations

import ctypes
import re
from dataclasses import dataclass
from itertools import count
from pathlib import Path

DOWN, UP, MOVED = (
    0x700,
    0x701,
    0x702,
)  # SDL_events.h: SDL_FINGERDOWN, SDL_FINGERUP, SDL_FINGERMOTION
TOUCH_ID = 1
LIBRARY = re.compile(r"\S+/libSDL2-2\S*")


class FingerEvent(ctypes.Structure):
    """SDL_TouchFingerEvent, padded to the size of the union SDL_Event."""

    _fields_ = (
        ("type", ctypes.c_uint32),
        ("timestamp", ctypes.c_uint32),
        ("touch", ctypes.c_int64),
        ("finger", ctypes.c_int64),
        ("x", ctypes.c_float),
        ("y", ctypes.c_float),
        ("dx", ctypes.c_float),
        ("dy", ctypes.c_float),
        ("pressure", ctypes.c_float),
        ("window", ctypes.c_uint32),
        ("rest", ctypes.c_uint8 * 72),
    )


@dataclass
class SdlPanel:
    """Fingers on a panel of that size in px; any thread may use it, as SDL's queue allows."""

    width_px: int
    height_px: int

    def __post_init__(self) -> None:
        """Open the very library that this process's window has loaded; RuntimeError without one."""
        loaded = LIBRARY.search(Path("/proc/self/maps").read_text())
        if loaded is None:
            raise RuntimeError("no window of SDL is open in this process")
        self._push = ctypes.CDLL(loaded[0]).SDL_PushEvent
        self._fingers = count(1)

    def down(self, x: float, y: float) -> int:
        """Put a new finger down at (x, y) px from the upper left corner; return its number."""
        finger = next(self._fingers)
        self._tell(DOWN, finger, x, y)
        return finger

    def move(self, finger: int, x: float, y: float) -> None:
        self._tell(MOVED, finger, x, y)

    def up(self, finger: int, x: float, y: float) -> None:
        self._tell(UP, finger, x, y)

    def _tell(self, kind: int, finger: int, x: float, y: float) -> None:
        place = x / self.width_px, y / self.height_px
        event = FingerEvent(kind, 0, TOUCH_ID, finger, *place, 0.0, 0.0, 1.0)
        if self._push(ctypes.byref(event)) != 1:
            raise RuntimeError("SDL took no event")
