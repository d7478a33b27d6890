"""The embedder of ONNX models with 112 x 112 input: SFace, MobileFaceNet, a licensed one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import cv2
import numpy as np

from drivers.face.embedding.alignment import align_face
from drivers.face.embedding.embedder import SHORT
from drivers.face.models import read_model

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from drivers.face.detection.yunet import FoundFace
    from drivers.face.embedding.embedder import EmbedderPlan

SIDE: Final = 112
# Where such models learnt eyes, nose and corners of the mouth to be (ArcFace's template).
TEMPLATE: Final = np.array(
    [[38.2946, 51.6963], [73.5318, 51.5014], [56.0252, 71.7366], [41.5493, 92.3655],
     [70.7299, 92.2041]]
)  # fmt: skip


class Onnx112:
    """A model by path and digest; its distance is 1 - cosine.

    Raises UnknownModelError, OSError, and cv2.error for a file that is no model.
    """

    def __init__(self, plan: EmbedderPlan) -> None:
        """Load the model."""
        assert plan.weights is not None
        model = read_model(plan.weights, plan.sha256)
        self._net = cv2.dnn.readNetFromONNX(np.frombuffer(model, np.uint8))
        self._plan = plan
        self.version = f"{plan.engine}-{plan.sha256[:SHORT]}"

    def embed(
        self,
        picture: NDArray[np.uint8],
        face: FoundFace,
        *,
        reference: bool = False,  # noqa: ARG002 - one look tells enough
    ) -> NDArray[np.float64]:
        """Return the model's numbers as a vector of length 1; the crop of the face is overwritten.

        The face is that of a picture (BGR). A `reference` is embedded like any other face.
        """
        crop = align_face(picture, face, TEMPLATE, SIDE)
        mean = (self._plan.mean,) * 3
        self._net.setInput(
            cv2.dnn.blobFromImage(crop, self._plan.scale, (SIDE, SIDE), mean, swapRB=True)
        )
        numbers = np.asarray(self._net.forward(), np.float64).reshape(-1)
        crop.fill(0)
        return np.asarray(numbers / max(float(np.linalg.norm(numbers)), 1e-9), np.float64)

    def distance(self, one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
        """Return 1 - cosine, 0 to 2."""
        return 1.0 - float(one @ other)
