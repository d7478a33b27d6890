"""How alike are the face in a frame and the portrait? The engine, as it runs in its process."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from drivers.face import measure
from drivers.face.embedder import Dlib128, distance
from drivers.face.quality import QualityLimits, coach
from drivers.face.yunet import FoundFace, YuNet
from kiosk.failures import Failure

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from kiosk.ports import Coach

WARM_UP_SIDE = 160


class FaceEngine:
    """Detector, embedder and at most one reference; pictures are wiped before each return."""

    def __init__(self, model: Path, limits: QualityLimits) -> None:
        """Load everything and run it once; UnknownModelError for an unknown detector."""
        self._yunet = YuNet(model)
        self._embedder = Dlib128()
        self._limits = limits
        self.reference: NDArray[np.float64] | None = None
        self._warm_up()

    @property
    def version(self) -> str:
        """Return what a decision is recorded with: embedder and its weights."""
        return self._embedder.version

    def prepare(self, portrait: bytes | memoryview[int]) -> Failure | None:
        """Embed the one face of a JPEG portrait; the reference before is wiped first."""
        self.forget()
        if not portrait:
            return Failure.PORTRAIT_MISSING
        picture: Any = cv2.imdecode(np.frombuffer(portrait, np.uint8), cv2.IMREAD_COLOR)
        if picture is None:
            return Failure.PORTRAIT_UNUSABLE
        faces = self._yunet.find(picture)
        if len(faces) == 1:
            self.reference = self._embed(picture, faces[0])
        picture.fill(0)
        return None if len(faces) == 1 else Failure.PORTRAIT_UNUSABLE

    def look(self, frame: Any) -> Coach | float | Failure:
        """Return a hint, or the distance of the nearest face in a BGR frame to the portrait."""
        if self.reference is None:
            return Failure.PORTRAIT_MISSING
        found = self._yunet.find(frame)
        features = [measure.features(frame, face) for face in found]
        hint = coach(measure.view(frame), features, self._limits)
        if hint is not None:
            return hint
        live = self._embed(frame, max(found, key=lambda face: face.width))
        apart = distance(live, self.reference)
        live.fill(0)
        return apart

    def forget(self) -> None:
        """Overwrite the reference."""
        if self.reference is not None:
            self.reference.fill(0)
            self.reference = None

    def _embed(self, picture: Any, face: FoundFace) -> NDArray[np.float64]:
        rgb: Any = cv2.cvtColor(picture, cv2.COLOR_BGR2RGB)
        numbers = self._embedder.embed(rgb, face)
        rgb.fill(0)
        return numbers

    def _warm_up(self) -> None:
        """Run each model once, or the first person would wait for their buffers."""
        side = float(WARM_UP_SIDE)
        grey: Any = np.full((480, 640, 3), 128, np.uint8)
        self._yunet.find(grey)
        middle = (side / 2, side / 2)
        self._embed(grey, FoundFace(side, side, side, side, middle, middle, middle, 1.0))
