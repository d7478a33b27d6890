"""Measurement of a found face: its geometry and light, for `quality` to judge."""

from __future__ import annotations

from math import atan2, cos, degrees, hypot, sin
from typing import TYPE_CHECKING, Any, Final

import cv2
import numpy as np

from drivers.face.detection.quality import FaceFeatures, FrameView

if TYPE_CHECKING:
    from drivers.face.detection.yunet import FoundFace

SHARPNESS_SIDE: Final = 112


def view(picture: Any) -> FrameView:
    """Return size and light of a whole BGR picture (rows, columns, 3)."""
    height, width = picture.shape[:2]
    return FrameView(width, height, _luma(picture))


def features(picture: Any, face: FoundFace) -> FaceFeatures:
    """Return the features of one face of a BGR picture; its parts outside do not count."""
    crop = picture[
        max(0, int(face.y)) : max(1, int(face.y + face.height)),
        max(0, int(face.x)) : max(1, int(face.x + face.width)),
    ]
    across, down = _difference(face.right_eye, face.left_eye)
    tilt = atan2(down, across)
    return FaceFeatures(
        face.x,
        face.y,
        face.width,
        face.height,
        roll=degrees(tilt),
        nose_ratio=_nose_ratio(face, tilt, hypot(across, down)),
        luma=_luma(crop),
        sharpness=_sharpness(crop),
        mouth_colour=_mouth_colour(picture, face),
    )


def quality(found: FaceFeatures) -> float:
    """Return how well a good face can be compared: more is better, among good faces only."""
    return -abs(found.nose_ratio) - abs(found.roll) / 90 + min(found.sharpness, 500.0) / 2500


def _mouth_colour(picture: Any, face: FoundFace) -> float:
    """Return how far the colour below the nose is from that above.

    A mask is not coloured like skin.
    """
    eyes, mouth = _middle(face.right_eye, face.left_eye), _middle(face.right_mouth, face.left_mouth)
    side = max(2, round(0.12 * face.width))
    chin = (1.35 * mouth[0] - 0.35 * eyes[0], 1.35 * mouth[1] - 0.35 * eyes[1])
    colours = [_colour(picture, at, side) for at in (_middle(eyes, face.nose), mouth, chin)]
    skin, lips, below = colours
    return float(min(np.linalg.norm(lips - skin), np.linalg.norm(below - skin)))


def _colour(picture: Any, at: tuple[float, float], side: int) -> Any:
    """Return the mean a and b of CIE Lab around a place."""
    x, y = max(0, int(at[0]) - side // 2), max(0, int(at[1]) - side // 2)
    patch = picture[y : y + side, x : x + side]
    if not patch.size:
        return np.zeros(2)
    mean = cv2.mean(cv2.cvtColor(patch.astype(np.float32) / 255, cv2.COLOR_BGR2Lab))
    return np.array(mean[1:3])


def _middle(one: tuple[float, float], other: tuple[float, float]) -> tuple[float, float]:
    return (one[0] + other[0]) / 2, (one[1] + other[1]) / 2


def _nose_ratio(face: FoundFace, tilt: float, eye_distance: float) -> float:
    to_nose = _difference(face.right_eye, face.nose)
    along = to_nose[0] * cos(tilt) + to_nose[1] * sin(tilt)
    return along / max(eye_distance, 1.0) - 0.5


def _difference(start: tuple[float, float], end: tuple[float, float]) -> tuple[float, float]:
    return end[0] - start[0], end[1] - start[1]


def _luma(picture: Any) -> float:
    """Return the mean luma (ITU-R BT.601), 0 to 255."""
    blue, green, red, _ = cv2.mean(picture)
    return float(0.114 * blue + 0.587 * green + 0.299 * red)


def _sharpness(crop: Any) -> float:
    grey = cv2.cvtColor(crop, cv2.COLOR_BGR2GRAY)
    small = cv2.resize(grey, (SHARPNESS_SIDE, SHARPNESS_SIDE), interpolation=cv2.INTER_AREA)
    edges = cv2.Laplacian(small, cv2.CV_32F)
    sharpness = float(edges.var())
    for copy in (grey, small, edges):
        copy.fill(0)
    return sharpness
