"""What are the features of a found face? Geometry and light, for `quality` to judge."""

from __future__ import annotations

from math import atan2, cos, degrees, hypot, sin
from typing import TYPE_CHECKING, Any, Final

import cv2

from drivers.face.quality import FaceFeatures, View

if TYPE_CHECKING:
    from drivers.face.yunet import FoundFace

SHARPNESS_SIDE: Final = 112


def view(picture: Any) -> View:
    """Measure a whole BGR picture (rows, columns, 3)."""
    height, width = picture.shape[:2]
    return View(width, height, _luma(picture))


def features(picture: Any, face: FoundFace) -> FaceFeatures:
    """Measure one face of a BGR picture; what lies outside the picture does not count."""
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
    )


def _nose_ratio(face: FoundFace, tilt: float, eye_distance: float) -> float:
    to_nose = _difference(face.right_eye, face.nose)
    along = to_nose[0] * cos(tilt) + to_nose[1] * sin(tilt)
    return along / max(eye_distance, 1.0) - 0.5


def _difference(start: tuple[float, float], end: tuple[float, float]) -> tuple[float, float]:
    return end[0] - start[0], end[1] - start[1]


def _luma(picture: Any) -> float:
    """Return the mean of ITU-R BT.601 luma."""
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
