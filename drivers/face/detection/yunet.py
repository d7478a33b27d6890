"""The face detector YuNet, through OpenCV; it keeps no picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import cv2
import numpy as np

LONGEST_SIDE: Final = 640  # larger pictures are searched in a smaller copy (face-study.md §4.1)
TRACKING_SIDE: Final = 320  # enough to follow a face: a third of the time
SURE: Final = 0.8  # lowest score of a face (face-study.md §7.4)


@dataclass(frozen=True)
class FoundFace:
    """One face in pixels of the picture; the points are (x, y), right is the person's right."""

    x: float
    y: float
    width: float
    height: float
    right_eye: tuple[float, float]
    left_eye: tuple[float, float]
    nose: tuple[float, float]
    right_mouth: tuple[float, float]
    left_mouth: tuple[float, float]
    score: float


class YuNet:
    """The detector; `model` holds the bytes of its file (`models.read_model`)."""

    def __init__(self, model: bytes) -> None:
        """Load the model."""
        # OpenCV 5 warns at every load that its new graph engine has no targets to choose from.
        cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_ERROR)
        nothing = np.empty(0, np.uint8)
        self._net = cv2.FaceDetectorYN.create(
            "onnx", np.frombuffer(model, np.uint8), nothing, (LONGEST_SIDE, LONGEST_SIDE), SURE
        )

    def find(self, picture: Any, longest: int = LONGEST_SIDE) -> tuple[FoundFace, ...]:
        """Return the faces of a BGR picture (rows, columns, 3), the surest first.

        It is searched in a copy of at most `longest` pixels a side, which is overwritten.
        """
        height, width = picture.shape[:2]
        shrink = min(1.0, longest / max(height, width))
        small = picture
        if shrink < 1:
            size = (round(width * shrink), round(height * shrink))
            small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
        self._net.setInputSize(small.shape[1::-1])
        _, rows = self._net.detect(small)
        if shrink < 1:
            small.fill(0)
        return tuple(_face(row / shrink, float(row[14])) for row in ([] if rows is None else rows))


def _face(row: Any, score: float) -> FoundFace:
    """Return the face in a row of YuNet's output: x, y, width, height, then five points."""
    at = [float(value) for value in row]
    points = tuple((at[index], at[index + 1]) for index in range(4, 14, 2))
    right_eye, left_eye, nose, right_mouth, left_mouth = points
    return FoundFace(
        at[0], at[1], at[2], at[3], right_eye, left_eye, nose, right_mouth, left_mouth, score
    )
