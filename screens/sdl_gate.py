"""Filter of SDL's events: fingers, one pointer and window events reach the program.

SDL takes a panel's touches from X, Wayland or evdev, and no pointer is emulated for them: Kivy
passes them on only on telephones, and whoever drops its finger events is deaf to a real panel.
Everything else that SDL knows stays outside: keys (a keypad for people is heard by
`drivers.devices`), text, dropped files, joysticks, and being asked to close.
"""

from __future__ import annotations

from typing import Any

from kivy.core.window import Window
from kivy.core.window.window_sdl2 import SDL2MotionEventProvider

FINGERS = frozenset({"fingerdown", "fingermotion", "fingerup"})
POINTER = frozenset({"mousemotion", "mousebuttondown", "mousebuttonup"})
LEFT = 1
PICTURE = frozenset(
    {
        "windowresized",
        "windowexposed",
        "windowshown",
        "windowrestored",
        "windowdisplaychanged",
        "windowfocusgained",
        "windowfocuslost",
    }
)
ASKED_TO_CLOSE = "quit"


class Gate:
    """Wraps SDL's window and filters its events; `may_close`: closing is allowed, as in a demo."""

    def __init__(self, sdl: Any, *, may_close: bool) -> None:
        self._sdl = sdl
        self._may_close = may_close

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sdl, name)

    def poll(self) -> Any:
        """Return SDL's next event: a tuple, None for a filtered one, False when none waits."""
        event = self._sdl.poll()
        if not event:
            return event
        if event[0] in FINGERS:
            # Kivy's window drops finger events everywhere but on telephones; its provider reads
            # this queue.
            SDL2MotionEventProvider.q.appendleft(event)
        return event if self._passes(event) else None

    def _passes(self, event: Any) -> bool:
        kind, *rest = event
        if kind in POINTER:
            return kind == "mousemotion" or bool(rest[2] == LEFT)
        return kind in PICTURE or (kind == ASKED_TO_CLOSE and self._may_close)


def close_the_gate(*, may_close: bool) -> None:
    """Install the filter in Kivy's window; call it once for a window."""
    Window._win = Gate(Window._win, may_close=may_close)  # noqa: SLF001 - there is no other door
