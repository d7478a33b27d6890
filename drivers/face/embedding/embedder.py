"""The interface of face embedders, 1:1 only: two faces are compared, there is no search."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from drivers.face.detection.yunet import FoundFace

DLIB128: Final = "dlib128"
SFACE: Final = "sface"
ONNX112: Final = "onnx112"
DLIB_WEIGHTS: Final = "dlib_face_recognition_resnet_model_v1.dat"
PACKAGE: Final = "face_recognition_models"  # brings dlib's networks as files
SHORT: Final = 8  # hexadecimal digits of the digest that a decision is recorded with


class Embedder(Protocol):
    """An engine that turns a face into numbers, and two sets of numbers into a distance."""

    @property
    def version(self) -> str:
        """Return the name of the engine and the start of its weights' SHA-256."""

    def embed(
        self, picture: NDArray[np.uint8], face: FoundFace, *, reference: bool = False
    ) -> NDArray[np.float64]:
        """Return the numbers of a face in a BGR picture (rows, columns, 3).

        With `reference` it may take longer: a reference is embedded once a visit.
        """

    def distance(self, one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
        """Return the distance of two faces; that of the same picture is 0."""


@dataclass(frozen=True)
class EmbedderPlan:
    """The choice of an engine, and its weights by path and SHA-256; no path: its own.

    `mean` and `scale` are how an ONNX model wants its pixels: (value - mean) * scale, RGB. SFace
    takes them as they are, whatever stands here.
    """

    engine: str
    sha256: str
    weights: Path | None = None
    mean: float = 127.5
    scale: float = 1 / 127.5


def dlib_folder() -> Path:
    """Return where the dependency keeps dlib's files, without importing it.

    Importing it or face_recognition would load a 99 MB model of 68 points that nothing here uses,
    and whose pictures exclude commercial use. Raises FileNotFoundError when it is not installed.
    """
    spec = find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError(PACKAGE)
    return Path(spec.submodule_search_locations[0]) / "models"
