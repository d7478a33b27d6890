"""The embedder of dlib's networks: the mean of several looks at a face, run through OpenCV."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import dlib
import numpy as np

from drivers.face.embedding.alignment import align_face
from drivers.face.embedding.embedder import DLIB128, SHORT, dlib_folder
from drivers.face.embedding.residual import SIDE, ResidualNetwork
from drivers.face.models import UnknownModelError, read_model

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

    from drivers.face.detection.yunet import FoundFace
    from drivers.face.models import ModelFile

PADDING: Final = 0.2  # around an aligned face: less hair and background than dlib's 0.25
# Where YuNet finds its five points in faces that dlib aligned like this (400 faces of 40 persons).
TEMPLATE: Final = np.array(
    [[39.9, 46.3], [105.3, 46.1], [71.6, 78.7], [46.5, 105.0], [102.9, 104.1]]
)
BOX_GROWS, BOX_MIDDLE = 1.2, 0.53


class Dlib128:
    """face_recognition's networks: dlib's five points and ResNet, 128 numbers.

    They are the mean of two looks, aligned by dlib's points and by YuNet's, the second mirrored; of
    a reference also of the same two the other way round. Together with a narrower crop than dlib's
    this halves the errors: docs/face.md. Raises UnknownModelError, OSError and RuntimeError for
    files that are not the ones expected.

    `align` is the model of dlib's five points.
    """

    def __init__(self, weights: Path, sha256: str, align: ModelFile) -> None:
        """Load the networks; takes a third of a second. `sha256` is the digest of `weights`."""
        read_model(dlib_folder() / align.file, align.sha256)
        self._align: Any = dlib.shape_predictor(str(dlib_folder() / align.file))
        self.numbers = _network(weights, read_model(weights, sha256))
        self.version = f"{DLIB128}-{sha256[:SHORT]}"

    def embed(
        self, picture: NDArray[np.uint8], face: FoundFace, *, reference: bool = False
    ) -> NDArray[np.float64]:
        """Return the 128 numbers of a face in a picture (BGR); every copy of it is overwritten."""
        rgb = np.ascontiguousarray(picture[..., ::-1])
        looks = [self.chip(rgb, face), align_face(rgb, face, TEMPLATE, SIDE)]
        turned = [np.ascontiguousarray(one[:, ::-1]) for one in looks]
        wanted = [*looks, *turned] if reference else [looks[0], turned[1]]
        numbers = np.mean([self.numbers(one) for one in wanted], axis=0)
        for copy in (rgb, *looks, *turned):
            copy.fill(0)
        return np.asarray(numbers, np.float64)

    def chip(self, rgb: NDArray[np.uint8], face: FoundFace, padding: float = PADDING) -> Any:
        """Return 150 x 150 pixels of a face in `rgb` as dlib aligns it.

        `padding` is a share of the face.
        """
        points = self._align(rgb, dlib.rectangle(*_box(face)))
        return dlib.get_face_chip(rgb, points, SIDE, padding)

    def distance(self, one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
        """Return the Euclidean distance: above 0.6 strangers (but not among East Asian faces)."""
        return float(np.linalg.norm(one - other))


def _network(weights: Path, data: bytes) -> Callable[[Any], NDArray[np.float64]]:
    """Return dlib's network through OpenCV; one with other layers runs in dlib itself."""
    try:
        return ResidualNetwork(data).numbers
    except UnknownModelError:
        return own_network(weights)


def own_network(weights: Path) -> Callable[[Any], NDArray[np.float64]]:
    """Return the network as dlib itself runs it, ten times slower.

    Raises RuntimeError for a file that is no network of dlib's.
    """
    network: Any = dlib.face_recognition_model_v1(str(weights))
    return lambda chip: np.asarray(network.compute_face_descriptor(chip), np.float64)


def _box(face: FoundFace) -> tuple[int, int, int, int]:
    """Return (left, top, right, bottom) of the square that dlib's own detector would find.

    Its middle lies a little below that of YuNet's box (measured on the portrait: 0.50 to 0.55
    down). It is as wide, but a wider one tells East Asian faces better apart: at 1 % FAR, 58
    pictures of 16 persons, TAR 0.93 for the same width, 0.96 for 1.2 times.
    """
    half = BOX_GROWS * face.width / 2
    across, down = face.x + face.width / 2, face.y + BOX_MIDDLE * face.height
    return int(across - half), int(down - half), int(across + half), int(down + half)
