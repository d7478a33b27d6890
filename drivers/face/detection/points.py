"""Points of the face and the openness of the eyes, by two small models behind protocols.

MediaPipe's face mesh and iris model (Apache-2.0) through OpenCV. dlib's 68 points are not used:
the pictures that they were trained on exclude commercial use. The mesh alone does not see closed
eyes (0.25 open and 0.25 closed, on 48 East Asian faces), the iris model does (above 0.19, below
0.09); YuNet's five points take a bent print for a turned head, the mesh does not.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import atan2, degrees, hypot
from typing import TYPE_CHECKING, Any, Final, Protocol

import cv2
import numpy as np

from drivers.face.detection.cues import FaceBox, FaceCues

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from drivers.face.detection.yunet import FoundFace

MESH_SIDE: Final = 192
MESH_MARGIN: Final = 1.5  # of the face's longer side
RIGHT_EYE, LEFT_EYE = (33, 133), (362, 263)  # corners; right is the person's right
NOSE_TIP, MOUTH = 1, (61, 291)
UPPER_LIP, LOWER_LIP = 13, 14  # their inner edges
EYE_SIDE: Final = 64
CLEARLY_OPEN, ONE_SHUT = 0.16, 0.45  # openness of one eye, and of the other by it
EYE_MARGIN: Final = 1.1  # of the distance of the eyes
EYE_TO_MOUTH: Final = 0.9  # a turned face's eyes seem closer: its height gives the scale
EYE_OUTPUT: Final = "output_eyes_contours_and_brows"
CORNERS: Final = (0, 8)  # of the eye's outline
LIDS: Final = ((11, 3), (12, 4), (13, 5))  # upper and lower, around the middle


class EyeModel(Protocol):
    """A model that measures how far an eye is open."""

    def openness(self, crop: Any) -> float:
        """Return height by width of the opening of a person's right eye: 64x64 BGR."""


class PointModel(Protocol):
    """A model that finds points in a face."""

    def points(self, crop: Any) -> NDArray[np.float64]:
        """Return 468 points (x, y) of MediaPipe's mesh in an upright crop: 192x192 BGR."""


class FaceMesh:
    """MediaPipe's face mesh; `model` holds the bytes of its TFLite file."""

    def __init__(self, model: bytes) -> None:
        self._net = cv2.dnn.readNetFromTFLite(np.frombuffer(model, np.uint8))

    def points(self, crop: Any) -> NDArray[np.float64]:
        """Return the mesh's points in pixels of the crop."""
        self._net.setInput(_blob(crop))
        outputs = self._net.forward(self._net.getUnconnectedOutLayersNames())
        mesh = max(outputs, key=np.size)
        return np.asarray(mesh, np.float64).reshape(-1, 3)[:, :2]


class IrisEyes:
    """MediaPipe's iris model, of which only the outline of the lids is used.

    `model` holds the bytes of its TFLite file.
    """

    def __init__(self, model: bytes) -> None:
        self._net = cv2.dnn.readNetFromTFLite(np.frombuffer(model, np.uint8))

    def openness(self, crop: Any) -> float:
        """Return height by width of the opening; about 0.3 open, below 0.1 closed."""
        self._net.setInput(_blob(crop))
        outline = np.asarray(self._net.forward(EYE_OUTPUT), np.float64).reshape(-1, 3)[:, :2]
        width = float(np.linalg.norm(outline[CORNERS[0]] - outline[CORNERS[1]]))
        height = float(np.mean([outline[low, 1] - outline[up, 1] for up, low in LIDS]))
        return height / max(width, 1.0)


@dataclass(frozen=True)
class FaceReader:
    """Measures `FaceCues` in a picture."""

    mesh: PointModel
    eyes: EyeModel

    def cues(self, picture: Any, face: FoundFace, *, eyes: bool = True) -> FaceCues:
        """Return the measures of one face of a BGR picture; its crops are overwritten.

        Without `eyes` their openness, which takes a model of its own, is None.
        """
        across = _difference(face.right_eye, face.left_eye)
        roll = degrees(atan2(across[1], across[0]))
        side = MESH_MARGIN * max(face.width, face.height)
        middle = (face.x + face.width / 2, face.y + face.height / 2)
        crop = _upright(picture, middle, side, roll, MESH_SIDE)
        nose, span, lips, drop = _ratios(self.mesh.points(crop))
        crop.fill(0)
        mouth = _middle(face.right_mouth, face.left_mouth)
        height = hypot(*_difference(_middle(face.right_eye, face.left_eye), mouth))
        scale = EYE_MARGIN * max(hypot(*across), EYE_TO_MOUTH * height)
        box = FaceBox(face.x, face.y, face.width, face.height)
        openness = self._openness(picture, face, scale, roll) if eyes else None
        room = _room(picture.shape[0], picture.shape[1], face)
        return FaceCues(box, nose, span, openness, lips, drop=drop, room=room)

    def _openness(self, picture: Any, face: FoundFace, side: float, roll: float) -> float:
        """Return the mean openness of both eyes, or that of the open one: the other may be shut.

        The left one is mirrored, as the model knows right eyes only.
        """
        found = []
        for eye, mirrored in ((face.right_eye, False), (face.left_eye, True)):
            crop = _upright(picture, eye, side, roll, EYE_SIDE)
            seen = np.ascontiguousarray(crop[:, ::-1]) if mirrored else crop
            found.append(self.eyes.openness(seen))
            crop.fill(0)
            seen.fill(0)
        less, more = sorted(found)
        one_shut = more > CLEARLY_OPEN and less < ONE_SHUT * more
        return more if one_shut else (less + more) / 2


def _room(rows: int, columns: int, face: FoundFace) -> float:
    """Return `FaceCues.room` in a picture of so many rows and columns."""
    x, y = face.x + face.width / 2, face.y + face.height / 2
    across = min(x, columns - x) / max(face.width / 2, 1.0)
    return max(0.0, min(across, min(y, rows - y) / max(face.height / 2, 1.0)))


def _ratios(points: NDArray[np.float64]) -> tuple[float, float, float, float]:
    """Return `FaceCues.nose`, `FaceCues.span`, `FaceCues.mouth` and `FaceCues.drop`."""
    right, left = (points[list(corners)].mean(axis=0) for corners in (RIGHT_EYE, LEFT_EYE))
    mouth = points[list(MOUTH)].mean(axis=0)
    apart = float(np.linalg.norm(left - right))
    along = (left - right) / max(apart, 1e-6)
    middle = (left + right) / 2
    down = np.array([-along[1], along[0]])
    height = abs(float((mouth - middle) @ down))
    nose = float((points[NOSE_TIP] - middle) @ along) / max(apart, 1e-6)
    lips = float(np.linalg.norm(points[UPPER_LIP] - points[LOWER_LIP])) / max(apart, 1e-6)
    drop = float((points[NOSE_TIP] - middle) @ down) / max(height, 1e-6)
    return nose, apart / max(height, 1e-6), lips, abs(drop)


def _upright(
    picture: Any, middle: tuple[float, float], side: float, roll: float, pixels: int
) -> Any:
    turn = cv2.getRotationMatrix2D(middle, roll, pixels / max(side, 1.0))
    turn[:, 2] += (pixels / 2 - middle[0], pixels / 2 - middle[1])
    return cv2.warpAffine(picture, turn, (pixels, pixels), flags=cv2.INTER_LINEAR)


def _blob(crop: Any) -> Any:
    return cv2.dnn.blobFromImage(crop, 1 / 255, crop.shape[1::-1], swapRB=True)


def _difference(start: tuple[float, float], end: tuple[float, float]) -> tuple[float, float]:
    return end[0] - start[0], end[1] - start[1]


def _middle(one: tuple[float, float], other: tuple[float, float]) -> tuple[float, float]:
    return (one[0] + other[0]) / 2, (one[1] + other[1]) / 2
