"""Which way up a photographed paper lies, told by its text."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from drivers.papers.quarter_turns import turned

if TYPE_CHECKING:
    from collections.abc import Sequence

    from drivers.papers.reading.text_detector import TextBox, TextDetector
    from drivers.papers.reading.text_recogniser import TextRecogniser

TRIED: Final = 3  # lines that are read both ways to tell which way up the paper lies
SURE: Final = 0.8  # least mean sureness of the lines of a picture that is turned
AHEAD: Final = 0.1  # of the sureness of the opposite way


@dataclass(frozen=True)
class UprightPicture:
    """A BGR picture and its lines, after `quarter_turns` clockwise of the one that was taken."""

    pixels: Any = field(repr=False)
    boxes: tuple[TextBox, ...]
    quarter_turns: int

    def opposite(self) -> UprightPicture:
        """Return the same after a half turn more."""
        boxes = tuple(one.turned(self.pixels.shape) for one in reversed(self.boxes))
        return UprightPicture(turned(self.pixels, 2), boxes, (self.quarter_turns + 2) % 4)


def set_upright(picture: Any, detector: TextDetector, recogniser: TextRecogniser) -> UprightPicture:
    """Return a BGR picture turned so that its text runs to the right; as it is when in doubt.

    The text decides only where it is read surely one way and clearly worse the other: old papers
    are written downwards, and a stamp or a drawing can be read either way.
    """
    taken = UprightPicture(picture, detector.find(picture), 0)
    way = taken
    if _run_downwards(taken.boxes):
        aside = turned(picture, 1)
        way = UprightPicture(aside, detector.find(aside), 1)
    other = way.opposite()
    sure, less_sure = (_sureness(one, recogniser) for one in (way, other))
    if less_sure > sure:
        way, sure, less_sure = other, less_sure, sure
    is_told = sure >= SURE and sure - less_sure >= AHEAD
    return way if is_told else taken


def _run_downwards(boxes: Sequence[TextBox]) -> bool:
    """Return whether most of the text, by length, stands in lines that are taller than wide."""
    tall = sum(one.height for one in boxes if one.height > one.right - one.left)
    wide = sum(one.right - one.left for one in boxes if one.height <= one.right - one.left)
    return tall > wide


def _sureness(way: UprightPicture, recogniser: TextRecogniser) -> float:
    longest = sorted(way.boxes, key=lambda one: one.left - one.right)[:TRIED]
    read = [recogniser.read(way.pixels, one).sureness for one in longest]
    return float(np.mean(read)) if read else 0.0
