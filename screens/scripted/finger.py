"""A scripted finger that sends real Kivy touch events."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from typing import Any

from kivy.base import EventLoop
from kivy.input.motionevent import MotionEvent

from kiosk.pages.press import Press
from screens.shell import Shell

Stroke = Sequence[tuple[float, float]]


class NothingThereError(LookupError):
    """The page has no such press, or no field to sign."""


class ScriptedTouch(MotionEvent):  # type: ignore[misc]
    """One touch of a finger, as a device would report it; coordinates are shares of the window."""

    def depack(self, args: dict[str, float]) -> None:
        """Take the place of the touch from `args`, as Kivy asks of each kind of touch."""
        self.is_touch = True
        self.type_id = "touch"
        self.sx, self.sy = args["x"], args["y"]
        self.profile = ["pos"]
        super().depack(args)


class Finger:
    """The finger of a scripted person in front of a shell."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell
        self._numbers = count(1)
        self._touch: Any = None

    def tap(self, act: Press, value: str = "") -> None:
        """Press and release what does `act` with `value`.

        Raises NothingThereError when the page has no such press.
        """
        place = self._shell.place_of(act, value)
        if place is None:
            raise NothingThereError(f"the page has nothing for {act.value} {value}".rstrip())
        self.down(*place)
        self._shell.idle()
        self.up(*place)
        self._shell.idle()

    def draw(self, strokes: Sequence[Stroke]) -> None:
        """Draw strokes, in millimetres from the signing field's upper left corner.

        Raises NothingThereError when the page has no signing field.
        """
        field = self._shell.signing_field()
        if field is None:
            raise NothingThereError("the page has no place to sign")
        scale = self._shell.panel.px_per_mm
        for stroke in strokes:
            points = [(field.x + x * scale, field.y + y * scale) for x, y in stroke]
            self.down(*points[0])
            for point in points[1:]:
                self.move(*point)
            self.up(*points[-1])
            self._shell.idle()

    def down(self, x: float, y: float) -> None:
        """Put the finger on the screen at (x, y), in px from the upper left corner."""
        device = "scripted finger"
        self._touch = ScriptedTouch(device, next(self._numbers), self._share(x, y))
        EventLoop.post_dispatch_input("begin", self._touch)

    def move(self, x: float, y: float) -> None:
        """Move the finger that is down to (x, y), in px from the upper left corner."""
        self._touch.move(self._share(x, y))
        EventLoop.post_dispatch_input("update", self._touch)

    def up(self, x: float, y: float) -> None:
        """Move the finger to (x, y), in px from the upper left corner, and lift it."""
        self._touch.move(self._share(x, y))
        self._touch.update_time_end()
        EventLoop.post_dispatch_input("end", self._touch)

    def _share(self, x: float, y: float) -> dict[str, float]:
        width, height = EventLoop.window.system_size
        # Kivy counts shares from the lower left corner.
        return {"x": x / width, "y": 1 - y / height}
