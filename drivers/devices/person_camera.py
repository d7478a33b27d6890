"""A picture of the person at the terminal, taken by the camera of the face check.

It is taken only where one of the staff vouches alone and the person agreed to it; a reviewer looks
at it later. Nothing is compared, and nothing but the sealed JPEG is kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from kiosk.failures import Failure
from kiosk.ports import PaperPicture

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiosk.ports import Camera, Frame

SKIPPED = 15  # frames until exposure has settled and the person has looked up: half a second
QUALITY = 85
PAUSE = 0.05  # seconds between looks for a newer frame
LONGEST = 6.0  # seconds without enough frames before the camera counts as lost


@dataclass(frozen=True)
class PersonCamera:
    """Takes one picture; the camera runs only meanwhile. `sleep` waits the given seconds."""

    camera: Camera
    monotonic: Callable[[], float]
    sleep: Callable[[float], None]

    def capture(self, cancelled: Callable[[], bool]) -> PaperPicture | Failure | None:
        """Return the first picture after the exposure has settled; None when cancelled."""
        self.camera.start()
        try:
            frame = self._settled(cancelled)
        finally:
            self.camera.stop()
        if cancelled():
            return None
        return Failure.CAMERA_LOST if frame is None else _picture(frame)

    def _settled(self, cancelled: Callable[[], bool]) -> Frame | None:
        until, first = self.monotonic() + LONGEST, -1
        while not cancelled() and self.monotonic() < until:
            frame = self.camera.latest()
            if frame is not None:
                first = frame.sequence if first < 0 else first
                if frame.sequence - first >= SKIPPED:
                    return frame
            self.sleep(PAUSE)
        return None


def _picture(frame: Frame) -> PaperPicture:
    shown = np.frombuffer(frame.pixels, np.uint8).reshape(frame.height, frame.width, 3)
    _, jpeg = cv2.imencode(".jpg", shown, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    return PaperPicture(jpeg.tobytes(), frame.width, frame.height, frame)
