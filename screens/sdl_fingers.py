"""Which fingers lie on the panel? SDL knows them; Kivy passes them on only on telephones.

SDL takes a panel's touches from X, Wayland or evdev, and no pointer is emulated for them: whoever
drops its finger events is deaf to a real panel.
"""

from __future__ import annotations

from typing import Any

from kivy.core.window import Window
from kivy.core.window.window_sdl2 import SDL2MotionEventProvider

FINGERS = frozenset({"fingerdown", "fingermotion", "fingerup"})


class FingersToo:
    """Stands before SDL's window: what it polls is passed on, fingers to Kivy's provider, too."""

    def __init__(self, sdl: Any) -> None:
        self._sdl = sdl

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sdl, name)

    def poll(self) -> Any:
        """Return SDL's next event: a tuple, None for one without meaning, False when none waits."""
        event = self._sdl.poll()
        if event and event[0] in FINGERS:
            SDL2MotionEventProvider.q.appendleft(event)
        return event


def hear_fingers() -> None:
    """Let touches of a panel become touches of the window; once a window."""
    Window._win = FingersToo(Window._win)  # noqa: SLF001 - there is no other door
