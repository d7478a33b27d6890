"""A keypad of few keys, which presents itself as a keyboard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drivers.devices.input_device import InputDevice, take

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

KEY, DOWN = 1, 1  # EV_KEY; a key that is held says 2 again and again, let go 0


def open_keypad(
    url: str, meanings: Mapping[int, str], pressed: Callable[[str], None]
) -> InputDevice:
    """Open the keypad at `url` and call `pressed` with the meaning of each key.

    It is called on the device's own thread. `meanings` is by the kernel's key codes; other keys are
    ignored.
    """

    def hear(kind: int, code: int, value: int) -> None:
        if (kind, value) == (KEY, DOWN) and code in meanings:
            pressed(meanings[code])

    return InputDevice(url, hear, take)
