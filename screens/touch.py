"""Presses by touch: answers on press, acts on release, forgives tremor, palm and doubles.

Pure: pixels and seconds are arguments. Only the first finger on a target counts. It may stay for
any length and roll `ROLL_MM` away, also over the target's edge; further away the press is off, and
on again when it comes back. A finger that has lain on a target for `RESTING_SECONDS` holds on to
the terminal rather than presses: the next finger takes its place. A second press in the same place
within `DOUBLE_SECONDS` of the last release is the same press, even when the page below has changed
meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import hypot

from screens.scene import Target

ROLL_MM = 8.0
DOUBLE_SECONDS = 0.3
RESTING_SECONDS = 3.0
PALM_MM = 25.0
PLACE_MM = 20.0  # presses nearer than a target's size are in the same place

Find = Callable[[float, float], Target | None]


@dataclass(frozen=True)
class Held:
    """A finger on a target: where it came down, and whether it is still near enough."""

    finger: object
    target: Target
    x: float
    y: float
    since: float
    near: bool = True


class PressModel:
    """Follows the fingers on one screen."""

    def __init__(self, px_per_mm: float) -> None:
        self._px_per_mm = px_per_mm
        self._held: Held | None = None
        self._last: tuple[float, float, float] | None = None  # x, y, time of the last release

    @property
    def shown(self) -> Target | None:
        """Return the target that looks pressed now, None for none."""
        return self._held.target if self._held is not None and self._held.near else None

    @property
    def busy(self) -> bool:
        """Return whether something is held down."""
        return self._held is not None

    def press(
        self, finger: object, x: float, y: float, now: float, find: Find, size_mm: float = 0.0
    ) -> bool:
        """Put a finger down at (x, y) px; return whether a target answers.

        `find` returns the target at a place; `now` in seconds; `size_mm`: width of the touch, 0 if
        unknown.
        """
        if size_mm >= PALM_MM or self._is_held(now) or self._is_double(x, y, now):
            return False
        target = find(x, y)
        if target is None:
            return False
        self._held = Held(finger, target, x, y, now)
        return True

    def move(self, finger: object, x: float, y: float) -> None:
        """Move a finger to (x, y) px; a press counts only while it stays near its target."""
        held = self._held
        if held is not None and held.finger == finger:
            self._held = replace(held, near=self._is_near(held, x, y))

    def release(self, finger: object, x: float, y: float, now: float) -> Target | None:
        """Lift a finger at (x, y) px; return the target whose act happens now, None for none.

        `now` in seconds.
        """
        held = self._held
        if held is None or held.finger != finger:
            return None
        self._held = None
        if not self._is_near(held, x, y):
            return None
        self._last = (held.x, held.y, now)
        return held.target

    def renew(self, targets: tuple[Target, ...]) -> None:
        """Take over the targets of a page drawn anew; a held one stays held if it still exists."""
        held = self._held
        if held is None:
            return
        wanted = (held.target.act, held.target.value)
        same = next((one for one in targets if (one.act, one.value) == wanted), None)
        self._held = replace(held, target=same) if same else None

    def forget(self) -> None:
        """Drop the held target when another page came."""
        self._held = None

    def _is_held(self, now: float) -> bool:
        return self._held is not None and now - self._held.since < RESTING_SECONDS

    def _is_near(self, held: Held, x: float, y: float) -> bool:
        rolled = hypot(x - held.x, y - held.y) <= ROLL_MM * self._px_per_mm
        return rolled or held.target.box.contains(x, y)

    def _is_double(self, x: float, y: float, now: float) -> bool:
        if self._last is None:
            return False
        last_x, last_y, then = self._last
        near = hypot(x - last_x, y - last_y) <= PLACE_MM * self._px_per_mm
        return near and now - then < DOUBLE_SECONDS
