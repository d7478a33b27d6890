"""Corners of a sheet through which the desk is seen: torn off, or folded over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

LEG: Final = 0.1  # of the shorter side: a bank card's round corners are not missing
SHRUNK: Final = 0.7  # of the triangle at a corner, so that its edges do not count
LIKE_DESK: Final = 0.3  # of the distance that the sheet has: grain and shadow of the desk have less
OFF_DESK: Final = 8.0  # units of LAB: where paper is closer to the desk nothing can be said


def lacks_corner(
    distance: NDArray[np.float32], spread: float, corners: NDArray[np.float32]
) -> bool:
    """Tell whether the desk is seen where a corner of the sheet should be.

    `distance` has of each pixel how far its colour is from the desk's, in units of LAB, `spread`
    how far those of the desk are; `corners` are in pixels, clockwise.
    """
    paper = _median(distance, corners)
    return paper >= 3 * spread + OFF_DESK and any(
        _median(distance, _triangle(corners, at)) <= LIKE_DESK * paper for at in range(4)
    )


def _triangle(corners: NDArray[np.float32], at: int) -> Any:
    """Return the triangle at a corner, without its edges."""
    corner = corners[at]
    ways = corners[(at + 1) % 4] - corner, corners[at - 1] - corner
    leg = LEG * min(float(np.linalg.norm(way)) for way in ways)
    along, back = (way / np.linalg.norm(way) * leg for way in ways)
    triangle = np.stack([corner, corner + along, corner + back])
    middle = triangle.mean(axis=0)
    return middle + SHRUNK * (triangle - middle)


def _median(distance: NDArray[np.float32], polygon: Any) -> float:
    points = np.round(polygon).astype(np.int32)
    left, top, width, height = cv2.boundingRect(points)
    mask = cv2.fillConvexPoly(np.zeros((height, width), np.uint8), points - (left, top), 1)
    part = distance[max(0, top) : top + height, max(0, left) : left + width]
    if part.shape != mask.shape:
        return 0.0
    return float(np.median(part[mask > 0]))
