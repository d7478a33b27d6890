"""Where are the faces in a picture? YuNet through OpenCV, from a model file that must be known."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import cv2
import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

# assets/models/NOTICE
YUNET_SHA256: Final = "8f2383e4dd3cfbb4553ea8718107fc0423210dc964f9f4280604804ed2552fa4"
LONGEST_SIDE: Final = 640  # a larger picture is searched in a copy of this size (face.md §4.1)
SURE: Final = 0.8  # lowest score of a face (face.md §7)


class UnknownModelError(ValueError):
    """A model file is not the one whose thresholds were measured."""


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
    score: float


class YuNet:
    """The detector; it keeps no picture."""

    def __init__(self, model: Path, sha256: str = YUNET_SHA256) -> None:
        """Load `model`; UnknownModelError when its SHA-256 is another."""
        data = model.read_bytes()
        if hashlib.sha256(data).hexdigest() != sha256:
            raise UnknownModelError(f"{model.name} is not the known model")
        # OpenCV 5 warns at every load that its new graph engine has no targets to choose from.
        cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_ERROR)
        nothing = np.empty(0, np.uint8)
        self._net = cv2.FaceDetectorYN.create(
            "onnx", np.frombuffer(data, np.uint8), nothing, (LONGEST_SIDE, LONGEST_SIDE), SURE
        )

    def find(self, picture: Any) -> tuple[FoundFace, ...]:
        """Return the faces of a BGR picture (rows, columns, 3), the surest first."""
        height, width = picture.shape[:2]
        shrink = min(1.0, LONGEST_SIDE / max(height, width))
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
    """Read YuNet's row: x, y, width, height, then eyes, nose and mouth corners as points."""
    at = [float(value) for value in row]
    return FoundFace(
        at[0], at[1], at[2], at[3], (at[4], at[5]), (at[6], at[7]), (at[8], at[9]), score
    )
