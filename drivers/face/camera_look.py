"""How much light is there, and how near does somebody stand? By the rules of the face check."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from drivers.face import measure
from drivers.face.policy import read_policy
from drivers.face.quality import coach, nearest
from drivers.face.yunet import YuNet
from kiosk.maintenance.guided_tests import CameraReading

if TYPE_CHECKING:
    from pathlib import Path

    from kiosk.ports import Coach, Frame


class CameraLook:
    """Measures pictures; compares nobody with anybody, and keeps none of them."""

    def __init__(self, models: Path, numbers: Path, own: Path | None = None) -> None:
        """`models`, `numbers`, `own`: as for the face check. OSError, ConfigError, ModelError."""
        policy = read_policy(numbers, own)
        self._limits = policy.quality
        self._net = YuNet(policy.models.detector.read(models))
        self._said: Coach | None = None

    def look(self, frame: Frame) -> CameraReading:
        """Measure one picture."""
        shape = (frame.height, frame.width, 3)
        picture = np.frombuffer(frame.pixels, np.uint8).reshape(shape).copy()
        faces = [measure.features(picture, one) for one in self._net.find(picture)]
        view = measure.view(picture)
        self._said = coach(view, faces, self._limits, self._said)
        picture.fill(0)
        if not faces:
            return CameraReading(view.luma, 0.0, 0.0, self._said)
        face = nearest(faces)
        return CameraReading(face.luma, face.width, face.width / view.width, self._said)
