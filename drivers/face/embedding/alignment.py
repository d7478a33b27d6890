"""Alignment of a face by its five points, to where a network learnt them to be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from drivers.face.detection.yunet import FoundFace

SMOOTHING: Final = 0.4  # pixels of the result: finer lines would come out as others


def align_face(picture: Any, face: FoundFace, template: NDArray[np.float64], side: int) -> Any:
    """Return a square of `side` pixels in which YuNet's five points lie on those of the template.

    A picture that gets smaller is smoothed before; that copy is overwritten.
    """
    move = similarity(points_of(face), template)
    scale = float(np.hypot(move[0, 0], move[1, 0]))
    if scale >= 1:
        return cv2.warpAffine(picture, move, (side, side))
    smooth = cv2.GaussianBlur(picture, (0, 0), SMOOTHING / scale)
    found = cv2.warpAffine(smooth, move, (side, side))
    smooth.fill(0)
    return found


def points_of(face: FoundFace) -> NDArray[np.float64]:
    """Return the five points in YuNet's order: eyes, nose and corners of the mouth."""
    return np.array(
        (face.right_eye, face.left_eye, face.nose, face.right_mouth, face.left_mouth), np.float64
    )


def similarity(start: NDArray[np.float64], end: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the 2x3 matrix of rotation, scale and shift that best maps points on others.

    Best by least squares; `start` and `end` hold as many rows (x, y).
    """
    rows = []
    for x, y in start:
        rows += [[x, -y, 1, 0], [y, x, 0, 1]]
    a, b, right, down = np.linalg.lstsq(np.array(rows), end.reshape(-1), rcond=None)[0]
    return np.array([[a, -b, right], [b, a, down]])
