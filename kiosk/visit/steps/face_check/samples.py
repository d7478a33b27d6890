"""Sample answers of the face check, for the gallery."""

from __future__ import annotations

from kiosk.ports import Coach
from kiosk.visit.state import Visit
from kiosk.visit.step_parts.samples import Samples, SampleSource, failures
from kiosk.visit.steps.face_check.events import FaceFailed, FaceHint, FaceMatched


def samples(_visit: Visit, _source: SampleSource) -> Samples:
    """Yield a match, each hint, and each failure of the check or the camera."""
    yield FaceMatched(0.31, 0.42, "dlib128")
    yield from (FaceHint(hint) for hint in Coach)
    yield from (FaceFailed(one) for one in failures("face", "portrait", "camera"))
