"""The camera's light and a person's distance, measured by the rules of the face check."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from drivers.face.detection import measure
from drivers.face.detection.quality import coach, nearest
from drivers.face.detection.yunet import YuNet
from drivers.face.policy import read_policy
from kiosk.maintenance.guided_tests import CameraReading

if TYPE_CHECKING:
    from pathlib import Path

    from kiosk.ports import Coach, Frame


class CameraLook:
    """Measures pictures; compares nobody with anybody, and keeps none of them.

    `models` is the folder of model files, `numbers` config/face.toml, `own` a site's thresholds.
    Raises OSError, ConfigError and UnknownModelError.
    """

    def __init__(self, models: Path, numbers: Path, own: Path | None = None) -> None:
        """Load the detector and the limits."""
        policy = read_policy(numbers, own)
        self._limits = policy.quality
        self._net = YuNet(policy.models.detector.read(models))
        self._said: Coach | None = None

    def look(self, frame: Frame) -> CameraReading:
        """Return light and size of the nearest face in one picture.

        Without a face the light is that of the whole picture.
        """
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
