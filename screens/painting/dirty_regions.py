"""Dirty regions: the parts of the picture that changed since it was last drawn.

In software a whole page takes 30 to 40 ms, a button 2. A change that nobody records leaves no
damage, and without damage the whole picture is drawn.
"""

from __future__ import annotations

from collections.abc import Sequence

from screens.box import Box, union
from screens.scene import Mark, TextBlock

EDGE = 3  # px: soft edges reach out of their box


class Damage:
    """Collects the boxes that changed."""

    def __init__(self) -> None:
        self._boxes: list[Box] = []
        self._whole = False

    def add(self, marks: Sequence[Mark]) -> None:
        """Record that these marks appeared, disappeared or changed."""
        self._boxes += [_reach(mark) for mark in marks]

    def everything(self) -> None:
        """Record that the whole picture changed."""
        self._whole = True

    def take(self) -> Box | None:
        """Return the box to draw and forget it; None: draw everything."""
        boxes, whole = self._boxes, self._whole
        self._boxes, self._whole = [], False
        return union(boxes) if boxes and not whole else None


def _reach(mark: Mark) -> Box:
    """Return the box in which the mark may have left pixels.

    Letters may reach out of a tight line.
    """
    return mark.box.inset(-(mark.size // 2 if isinstance(mark, TextBlock) else EDGE))
