"""Spectacles on a rendered head: frame and reflection, which stay while lids move behind them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

SIDE: Final = 512
EYES: Final = ((201.5, 101.5), (247.5, 103.0))
FRAME_COLOUR: Final = np.array((36, 34, 40), np.float32)  # BGR
LENS: Final = (19, 13)  # half width and height, pixels of the figure
SPOT: Final = (7, 3)  # of a reflection
GLARE: Final = (0.3, 0.8)  # share of white in it


@dataclass(frozen=True)
class Spectacles:
    """Two planes of 512x512: the share of the frame's colour in each pixel, and that of white."""

    frame: NDArray[np.float32]
    glare: NDArray[np.float32]

    def on(self, figure: NDArray[np.uint8], from_x: Any, from_y: Any, left: int, top: int) -> Any:
        """Return part of a figure with the spectacles before it.

        `figure` is that part (BGRA), whose first column and row are `left` and `top`; the planes
        are sampled at `from_x`, `from_y`: as the head turned, without what its lids do.
        """
        height, width = figure.shape[:2]
        if from_x is None:
            place = np.s_[top : top + height, left : left + width]
            planes = [self.frame[place], self.glare[place]]
        else:
            planes = [
                cv2.remap(one, from_x, from_y, cv2.INTER_LINEAR) for one in (self.frame, self.glare)
            ]
        frame, glare = (one[..., None] for one in planes)
        seen = figure[..., :3] * (1 - frame) + FRAME_COLOUR * frame
        seen = seen * (1 - glare) + 255 * glare
        return np.dstack([seen.astype(np.uint8), figure[..., 3]])


def some_spectacles(random: np.random.Generator) -> Spectacles:
    """Return spectacles with a random reflection in each lens."""
    frame: Any = np.zeros((SIDE, SIDE), np.uint8)
    glare: Any = np.zeros((SIDE, SIDE), np.float32)
    turn = random.uniform(0, 180)
    for x, y in EYES:
        at = (round(x), round(y) + 2)
        cv2.ellipse(frame, at, LENS, 0, 0, 360, 255, 2, cv2.LINE_AA)
        spot = (at[0] + round(random.uniform(-9, 9)), at[1] + round(random.uniform(-8, 2)))
        cv2.ellipse(glare, spot, SPOT, turn, 0, 360, 1.0, -1)
    ends = [(round(x + way * LENS[0]), round(y)) for (x, y), way in zip(EYES, (1, -1), strict=True)]
    right, left = ends
    cv2.line(frame, right, left, 255, 2, cv2.LINE_AA)
    share = random.uniform(*GLARE) * cv2.GaussianBlur(glare, (0, 0), 1.2)
    return Spectacles(frame.astype(np.float32) / 255, share.astype(np.float32))
