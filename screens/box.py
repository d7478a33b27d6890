"""Rectangles on the panel in whole pixels; the origin is the panel's upper left corner."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Box:
    """A rectangle in pixels; `bottom` and `right` are the first pixels outside."""

    x: int
    y: int
    w: int
    h: int

    @property
    def right(self) -> int:
        """Return the first column on the right that is outside, in px."""
        return self.x + self.w

    @property
    def bottom(self) -> int:
        """Return the first row below that is outside, in px."""
        return self.y + self.h

    @property
    def middle(self) -> tuple[int, int]:
        """Return the centre, in px, rounded down."""
        return self.x + self.w // 2, self.y + self.h // 2

    def inset(self, across: int, down: int | None = None) -> Box:
        """Return the box made smaller by `across` left and right, `down` above and below."""
        down = across if down is None else down
        return Box(self.x + across, self.y + down, self.w - 2 * across, self.h - 2 * down)

    def moved(self, across: int = 0, down: int = 0) -> Box:
        """Return the box moved by `across` px to the right and `down` px downwards."""
        return replace(self, x=self.x + across, y=self.y + down)

    def sized(self, w: int | None = None, h: int | None = None) -> Box:
        """Return the box with another width or height and the same upper left corner."""
        return Box(self.x, self.y, self.w if w is None else w, self.h if h is None else h)

    def from_left(self, across: int) -> Box:
        """Return the box without the first `across` pixels on its left."""
        return Box(self.x + across, self.y, self.w - across, self.h)

    def from_top(self, down: int) -> Box:
        """Return the box without the first `down` pixels at its top."""
        return Box(self.x, self.y + down, self.w, self.h - down)

    def centred(self, w: int, h: int) -> Box:
        """Return a box of that size with the same centre."""
        return Box(self.x + (self.w - w) // 2, self.y + (self.h - h) // 2, w, h)

    def contains(self, x: float, y: float) -> bool:
        """Return whether a point, in px of the panel, lies inside."""
        return self.x <= x < self.right and self.y <= y < self.bottom

    def holds(self, other: Box) -> bool:
        """Tell whether the other box lies inside this one."""
        inside = self.x <= other.x and other.right <= self.right
        return inside and self.y <= other.y and other.bottom <= self.bottom

    def overlaps(self, other: Box) -> bool:
        """Return whether the two boxes share a pixel."""
        across = self.x < other.right and other.x < self.right
        return across and self.y < other.bottom and other.y < self.bottom

    def gap(self, other: Box) -> int:
        """Return the distance of two boxes along the axis that separates them.

        Negative: overlap.
        """
        across = max(other.x - self.right, self.x - other.right)
        return max(across, other.y - self.bottom, self.y - other.bottom)


def union(boxes: list[Box]) -> Box:
    """Return the smallest box around all; raises ValueError for none."""
    x, y = min(box.x for box in boxes), min(box.y for box in boxes)
    right, bottom = max(box.right for box in boxes), max(box.bottom for box in boxes)
    return Box(x, y, right - x, bottom - y)
