"""The headphone jack: a switch that a sound card or keypad reports as an input device."""

from __future__ import annotations

import fcntl
from contextlib import suppress
from typing import TYPE_CHECKING

from drivers.devices.input_device import InputDevice

if TYPE_CHECKING:
    from collections.abc import Callable

SWITCH, HEADPHONE = 5, 2  # EV_SW, SW_HEADPHONE_INSERT
_SWITCHES = 0x8008451B  # EVIOCGSW for eight bytes


def open_jack(url: str, told: Callable[[bool], None]) -> InputDevice:
    """Open the jack and call `told` with whether headphones are plugged in, now and at each change.

    A lost jack counts as empty. `told` is called on the device's own thread.
    """

    def hear(kind: int, code: int, value: int) -> None:
        if (kind, code) == (SWITCH, HEADPHONE):
            told(bool(value))

    def found(file: int) -> None:
        with suppress(OSError):  # what can't be asked says it at the next change
            switches = fcntl.ioctl(file, _SWITCHES, bytes(8))
            told(bool(switches[0] >> HEADPHONE & 1))

    return InputDevice(url, hear, found, lambda: told(False))
