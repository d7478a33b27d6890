"""Pictures of a printed photograph that somebody holds before the camera: flat, turned or bent.

The whole print moves as one surface: that is what tells it from a head.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

SIDE: Final = 512
LEFT, TOP, RIGHT, BOTTOM = 96, 8, 348, 262  # what of the 512-pixel figure is printed
MIDDLE_X, MIDDLE_Y = 222.0, 118.0
BACKGROUND: Final = np.array([226, 214, 196], np.float32)  # BGR: the light blue of portraits
EYE_TO_CAMERA: Final = 420.0  # pixels of the figure: at arm's length the near edge looks larger
FLAT: Final = 0.0


class PhotoPrint:
    """One figure (512x512 BGRA) printed on paper."""

    def __init__(self, figure: NDArray[np.uint8]) -> None:
        """Print the figure before a plain background."""
        cover = figure[..., 3:].astype(np.float32) / 255
        colours = figure[..., :3] * cover + BACKGROUND * (1 - cover)
        paper: Any = np.zeros((SIDE, SIDE, 4), np.uint8)
        paper[TOP:BOTTOM, LEFT:RIGHT, :3] = colours[TOP:BOTTOM, LEFT:RIGHT]
        paper[TOP:BOTTOM, LEFT:RIGHT, 3] = 255
        self._paper = paper

    def held(self, yaw: float = 0.0, radius: float = FLAT) -> NDArray[np.uint8]:
        """Return the print as a figure, turned by `yaw` degrees and bent to `radius` pixels.

        The axis of the bend is upright; `FLAT` bends nothing.
        """
        along = np.arange(LEFT, RIGHT, dtype=np.float64) - MIDDLE_X
        across, near = _surface(along, np.radians(yaw), radius)
        grown = EYE_TO_CAMERA / (EYE_TO_CAMERA - near)
        seen = across * grown
        # Only what faces the camera is seen, and that rises from left to right.
        facing = np.gradient(seen) > 0
        wanted = np.arange(SIDE, dtype=np.float64) - MIDDLE_X
        from_x = np.interp(wanted, seen[facing], along[facing], left=-SIDE, right=SIDE)
        growth = np.interp(wanted, seen[facing], grown[facing])
        rows = (np.arange(SIDE, dtype=np.float64) - MIDDLE_Y)[:, None]
        map_x = np.broadcast_to(from_x + MIDDLE_X, (SIDE, SIDE)).astype(np.float32)
        map_y = (rows / growth + MIDDLE_Y).astype(np.float32)
        held = cv2.remap(self._paper, map_x, map_y, cv2.INTER_CUBIC)
        return np.asarray(held, np.uint8)


def _surface(along: Any, turn: float, radius: float) -> tuple[Any, Any]:
    """Return where each column of the paper is, as two coordinates.

    They run to the right of the middle, and towards the camera.
    """
    if radius == FLAT:
        return along * np.cos(turn), along * np.sin(turn)
    angle = along / radius
    across, near = radius * np.sin(angle), radius * (np.cos(angle) - 1)
    return (
        across * np.cos(turn) + near * np.sin(turn),
        near * np.cos(turn) - across * np.sin(turn),
    )
