"""The face engine as it runs in its process: detector, landmarks, embedder and one reference."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from drivers.face.detection import measure
from drivers.face.detection.lattice import lattice
from drivers.face.detection.points import FaceMesh, FaceReader, IrisEyes
from drivers.face.detection.quality import coach
from drivers.face.detection.yunet import LONGEST_SIDE, TRACKING_SIDE, FoundFace, YuNet
from drivers.face.embedding.embedder import EmbedderPlan
from drivers.face.embedding.loading import make_embedder
from drivers.face.engine.messages import FaceFinding, LookRequest, SecondView
from kiosk.failures import Failure
from kiosk.ports import Coach

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from drivers.face.detection.quality import QualityLimits
    from drivers.face.embedding.embedder import Embedder
    from drivers.face.models import ModelFiles

WARM_UP_SIDE = 160
# With these hints a face is still followed: it is the same one, in a worse pose.
FOLLOWED = frozenset({Coach.LOOK_STRAIGHT, Coach.HOLD_STILL})


@dataclass(frozen=True)
class EnginePlan:
    """What the engine's process loads: model files below `folder`, and one embedder."""

    folder: Path
    models: ModelFiles
    embedder: EmbedderPlan
    limits: QualityLimits


class FaceEngine:
    """Detector, landmarks, embedder and at most one reference face.

    1:1 only: there is one reference, and nothing to search in. Raises UnknownModelError, OSError
    and cv2.error when a model can't be loaded.
    """

    def __init__(self, plan: EnginePlan) -> None:
        """Load all models and run each once."""
        self._yunet = YuNet(plan.models.detector.read(plan.folder))
        self._reader = FaceReader(
            FaceMesh(plan.models.points.read(plan.folder)),
            IrisEyes(plan.models.eyes.read(plan.folder)),
        )
        self.embedder: Embedder = make_embedder(plan.embedder, plan.models, plan.folder)
        self._limits = plan.limits
        self._last_hint: Coach | None = None
        # Embedding of the first look of the liveness check's present part: whether the person
        # changes is measured from it.
        self._part = -1
        self._first: NDArray[np.float64] | None = None
        self.reference: NDArray[np.float64] | None = None
        self._warm_up()

    @property
    def version(self) -> str:
        """Return the embedder and its weights, as a decision is recorded with them."""
        return self.embedder.version

    def prepare(self, portrait: bytes | memoryview[int]) -> Failure | None:
        """Embed the one face of an encoded portrait; the reference before is wiped first.

        The decoded picture is wiped, too. Returns PORTRAIT_MISSING for b"", PORTRAIT_UNUSABLE for
        what is no picture or shows not exactly one face, None when the reference is ready.
        """
        self.forget()
        if not portrait:
            return Failure.PORTRAIT_MISSING
        picture: Any = cv2.imdecode(np.frombuffer(portrait, np.uint8), cv2.IMREAD_COLOR)
        if picture is None:
            return Failure.PORTRAIT_UNUSABLE
        faces = self._yunet.find(picture)
        if len(faces) == 1:
            self.reference = self.embedder.embed(picture, faces[0], reference=True)
        picture.fill(0)
        return None if len(faces) == 1 else Failure.PORTRAIT_UNUSABLE

    def look(self, frame: Any, wanted: LookRequest) -> FaceFinding | Failure:
        """Return what a BGR frame shows: a hint, cues of the nearest face, distances if wanted.

        Distances of embeddings: smaller is more alike. PORTRAIT_MISSING without a reference.
        """
        if self.reference is None:
            return Failure.PORTRAIT_MISSING
        fingerprint = zlib.crc32(np.ascontiguousarray(frame))
        fine = wanted.compare and not wanted.follow
        found = self._yunet.find(frame, LONGEST_SIDE if fine else TRACKING_SIDE)
        if not found and not fine:  # turned far, behind spectacles: the small copy shows too little
            found = self._yunet.find(frame, LONGEST_SIDE)
        features = [measure.features(frame, face) for face in found]
        self._last_hint = coach(measure.view(frame), features, self._limits, self._last_hint)
        if not self._is_alone(found):
            return FaceFinding(fingerprint, self._last_hint)
        face, best = max(zip(found, features, strict=True), key=lambda pair: pair[0].width)
        cues = replace(
            self._reader.cues(frame, face, eyes=wanted.eyes),
            light=best.luma,
            lattice=lattice(frame, face) if wanted.compare else None,
        )
        hint = self._last_hint
        distance, apart = self._compared(frame, face, wanted, hint)
        return FaceFinding(fingerprint, hint, cues, measure.quality(best), distance, apart)

    def glance(self, frame: Any) -> tuple[bool, SecondView]:
        """Return whether a second camera's frame shows one face, and what that is like.

        Bystanders are not counted.
        """
        fingerprint = zlib.crc32(np.ascontiguousarray(frame))
        found = self._yunet.find(frame, TRACKING_SIDE)
        if not self._is_alone(found):
            return False, SecondView(fingerprint)
        face = max(found, key=lambda one: one.width)
        nose = measure.features(frame, face).nose_ratio
        if self._first is None:
            return True, SecondView(fingerprint, nose)
        numbers = self.embedder.embed(frame, face)
        apart = self.embedder.distance(numbers, self._first)
        numbers.fill(0)
        return True, SecondView(fingerprint, nose, apart)

    def forget(self) -> None:
        """Overwrite the reference and the first look."""
        for numbers in (self.reference, self._first):
            if numbers is not None:
                numbers.fill(0)
        self.reference = self._first = None
        self._last_hint, self._part = None, -1

    def _is_alone(self, found: tuple[FoundFace, ...]) -> bool:
        if not found:
            return False
        wide = max(face.width for face in found) * self._limits.bystander_share
        return sum(face.width >= wide for face in found) == 1

    def _compared(
        self, frame: Any, face: FoundFace, wanted: LookRequest, hint: Coach | None
    ) -> tuple[float | None, float | None]:
        """Return the distances to the reference and to the first look, None for each that is not.

        A good face is compared with both; a turned one only with the first look of its part, once
        there is one: so nobody else's face can take its place while it is turned.
        """
        if not wanted.compare:
            return None, None
        if hint in (None, Coach.TAKE_OFF_MASK):
            return self._compare(frame, face, wanted.part)
        if hint not in FOLLOWED or self._first is None or wanted.part != self._part:
            return None, None
        _, apart = self._compare(frame, face, wanted.part)
        return None, apart

    def _compare(self, frame: Any, face: FoundFace, part: int) -> tuple[float, float]:
        """Return the distances to the reference and to the first look of this part of the check."""
        assert self.reference is not None
        live = self.embedder.embed(frame, face)
        if self._first is None or part != self._part:
            self._first, self._part = live.copy(), part
        apart = self.embedder.distance(live, self._first)
        distance = self.embedder.distance(live, self.reference)
        live.fill(0)
        return distance, apart

    def _warm_up(self) -> None:
        """Run each model once, so that the first person does not wait for their buffers."""
        side = float(WARM_UP_SIDE)
        grey: Any = np.full((480, 640, 3), 128, np.uint8)
        for longest in (LONGEST_SIDE, TRACKING_SIDE):
            self._yunet.find(grey, longest)
        middle, below = (side / 2, side / 2), (side / 2, side)
        points = (middle, (side, side / 2), middle, below, below)
        face = FoundFace(side, side, side, side, *points, 1.0)
        self._reader.cues(grey, face)
        self.embedder.embed(grey, face)
