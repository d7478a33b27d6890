"""Loading of the face embedder that a plan names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drivers.face.embedding.embedder import (
    DLIB_WEIGHTS,
    ONNX112,
    Embedder,
    EmbedderPlan,
    dlib_folder,
)
from drivers.face.models import UnknownModelError

if TYPE_CHECKING:
    from drivers.face.models import ModelFile


def make_embedder(plan: EmbedderPlan, align: ModelFile) -> Embedder:
    """Return the engine of a plan, loaded; `align` is dlib's model of five points.

    Raises UnknownModelError for other files than expected, OSError when they are missing.
    """
    if plan.engine == ONNX112:
        from drivers.face.embedding.onnx112 import Onnx112  # noqa: PLC0415 - not with the other engine

        if plan.weights is None:
            raise UnknownModelError("onnx112 comes without a model: name one by path and SHA-256")
        return Onnx112(plan)
    from drivers.face.embedding.dlib128 import Dlib128  # noqa: PLC0415 - not with the other engine

    return Dlib128(plan.weights or dlib_folder() / DLIB_WEIGHTS, plan.sha256, align)
