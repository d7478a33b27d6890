"""Which numbers describe a face? Engines behind one interface, 1:1 only: there is no search."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

import numpy as np

from drivers.face.models import UnknownModelError, read_model

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from drivers.face.models import ModelFile
    from drivers.face.yunet import FoundFace

DLIB128: Final = "dlib128"
ONNX112: Final = "onnx112"
PACKAGE: Final = "face_recognition_models"  # brings dlib's networks as files
SHORT: Final = 8  # hexadecimal digits of the digest that a decision is recorded with


class Embedder(Protocol):
    """An engine: two faces in, one distance out."""

    @property
    def version(self) -> str:
        """Return engine and weights: the name, and the start of the SHA-256."""

    def embed(self, picture: NDArray[np.uint8], face: FoundFace) -> NDArray[np.float64]:
        """Return the numbers of a face in a BGR picture (rows, columns, 3)."""

    def distance(self, one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
        """Return how far two faces are apart: 0 is the same picture."""


@dataclass(frozen=True)
class EmbedderPlan:
    """Which engine, and its weights by path and SHA-256; no path: those of the dependency.

    `mean` and `scale` are how an ONNX model wants its pixels: (value - mean) * scale, RGB.
    """

    engine: str
    sha256: str
    weights: Path | None = None
    mean: float = 127.5
    scale: float = 1 / 127.5


def make_embedder(plan: EmbedderPlan, align: ModelFile) -> Embedder:
    """Load an engine. Raises UnknownModelError, OSError."""
    if plan.engine == ONNX112:
        from drivers.face.onnx112 import Onnx112  # noqa: PLC0415 - not with the other engine

        if plan.weights is None:
            raise UnknownModelError("onnx112 comes without a model: name one by path and SHA-256")
        return Onnx112(plan)
    return Dlib128(plan.weights or dlib_folder() / DLIB_WEIGHTS, plan.sha256, align)


SIDE, PADDING = 150, 0.25  # of an aligned face: dlib's own
BOX_GROWS, BOX_MIDDLE = 1.2, 0.53
DLIB_WEIGHTS: Final = "dlib_face_recognition_resnet_model_v1.dat"


def dlib_folder() -> Path:
    """Return where the dependency keeps dlib's files, without importing it.

    Importing it or face_recognition would load a 99 MB model of 68 points that nothing here uses,
    and whose pictures exclude commercial use.
    """
    spec = find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError(PACKAGE)
    return Path(spec.submodule_search_locations[0]) / "models"


class Dlib128:
    """face_recognition's networks: dlib's alignment by 5 points, its ResNet, 128 numbers."""

    def __init__(self, weights: Path, sha256: str, align: ModelFile) -> None:
        """Load; takes a third of a second. Raises UnknownModelError, OSError, RuntimeError."""
        import dlib  # noqa: PLC0415 - the other engine does without

        read_model(dlib_folder() / align.file, align.sha256)
        self._align: Any = dlib.shape_predictor(str(dlib_folder() / align.file))
        self._dlib: Any = dlib
        self._numbers = _network(weights, read_model(weights, sha256))
        self.version = f"{DLIB128}-{sha256[:SHORT]}"

    def embed(self, picture: NDArray[np.uint8], face: FoundFace) -> NDArray[np.float64]:
        """Return 128 numbers."""
        rgb = np.ascontiguousarray(picture[..., ::-1])
        points = self._align(rgb, self._dlib.rectangle(*_box(face)))
        chip = self._dlib.get_face_chip(rgb, points, SIDE, PADDING)
        numbers = self._numbers(chip)
        for copy in (rgb, chip):
            copy.fill(0)
        return numbers

    def distance(self, one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
        """Return the Euclidean distance: above 0.6 strangers (but not among East Asian faces)."""
        return float(np.linalg.norm(one - other))


def _network(weights: Path, data: bytes) -> Callable[[Any], NDArray[np.float64]]:
    """Return dlib's network through OpenCV; one that is built otherwise runs in dlib itself."""
    from drivers.face.residual import ResidualNetwork  # noqa: PLC0415 - not with the other engine

    try:
        return ResidualNetwork(data).numbers
    except UnknownModelError:
        return own_network(weights)


def own_network(weights: Path) -> Callable[[Any], NDArray[np.float64]]:
    """Return the network as dlib itself runs it, ten times slower. RuntimeError if it is none."""
    import dlib  # noqa: PLC0415

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
