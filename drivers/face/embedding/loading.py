"""Loading of the face embedder that a plan names."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from drivers.face.embedding.embedder import (
    DLIB_WEIGHTS,
    ONNX112,
    SFACE,
    Embedder,
    EmbedderPlan,
    dlib_folder,
)
from drivers.face.models import UnknownModelError

if TYPE_CHECKING:
    from pathlib import Path

    from drivers.face.models import ModelFiles


def make_embedder(plan: EmbedderPlan, models: ModelFiles, folder: Path) -> Embedder:
    """Return the engine of a plan, loaded; `models` are the shipped ones, below `folder`.

    Raises UnknownModelError for other files than expected, OSError when they are missing.
    """
    if plan.engine in (SFACE, ONNX112):
        from drivers.face.embedding.onnx112 import Onnx112  # noqa: PLC0415 - not with the other engine

        if plan.engine == SFACE:
            weights = plan.weights or folder / models.sface.file
            return Onnx112(replace(plan, weights=weights, mean=0.0, scale=1.0))
        if plan.weights is None:
            raise UnknownModelError("onnx112 comes without a model: name one by path and SHA-256")
        return Onnx112(plan)
    from drivers.face.embedding.dlib128 import Dlib128  # noqa: PLC0415 - not with the other engine

    return Dlib128(plan.weights or dlib_folder() / DLIB_WEIGHTS, plan.sha256, models.align)
