"""What of the picture has changed since it was last drawn? Only that is drawn again.

In software a whole page takes 30 to 40 ms, a button 2. Whoever changes something without telling
leaves no damage, and what leaves none is drawn whole.
"""

from __future__ import annotations

from collections.abc import Sequence

from screens.box import Box, union
from screens.scene import Mark, TextBlock

EDGE = 3  # px: soft edges reach out of their box


class Damage:
    """Collects what has changed."""

    def __init__(self) -> None:
        self._boxes: list[Box] = []
        self._whole = False

    def add(self, marks: Sequence[Mark]) -> None:
        """Note that these marks came, went or changed."""
        self._boxes += [_reach(mark) for mark in marks]

    def everything(self) -> None:
        """Note that the whole picture is another."""
        self._whole = True

    def take(self) -> Box | None:
        """Return what is to be drawn, and forget it; None: everything."""
        boxes, whole = self._boxes, self._whole
        self._boxes, self._whole = [], False
        return union(boxes) if boxes and not whole else None


def _reach(mark: Mark) -> Box:
    """Return where the mark may have left pixels: letters may hang out of a tight line."""
    return mark.box.inset(-(mark.size // 2 if isinstance(mark, TextBlock) else EDGE))
