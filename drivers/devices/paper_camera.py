"""What does a paper under the document camera look like? One sharp picture, or what is wrong.

Nobody aims: the picture is taken when the person presses, and judged by what a clerk needs: all
four corners, letters sharp enough to read, light.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import cv2

from kiosk.failures import Failure
from kiosk.ports import PaperPicture

if TYPE_CHECKING:
    from collections.abc import Callable

    from drivers.devices.camera import Capture

BRIGHTER = 1.5  # a sheet, than the table that it lies on
LARGEST = 3 * 1024 * 1024  # bytes; a page at 2,592 x 1,944 has about one MiB


@dataclass(frozen=True)
class PaperLimits:
    """When a picture will do. [G]: from drawn pages, not measured on a real document camera."""

    skipped: int = 5  # frames until the exposure has settled (cards.md §3)
    looked_at: int = 5
    darkest: float = 60.0  # mean of the paper, 0..255
    smallest: float = 0.08  # share of the picture
    least_detail: float = 60.0  # variance of the Laplacian, of the paper at 1,000 pixels of width
    quality: int = 85
    lower_quality: int = 60


class DocumentCamera:
    """A camera above the table. The device is open only while a picture is taken."""

    def __init__(
        self,
        open_capture: Callable[[], Capture | None],
        limits: PaperLimits | None = None,
    ) -> None:
        self._open_capture = open_capture
        self._limits = limits or PaperLimits()

    def capture(self, cancelled: Callable[[], bool]) -> PaperPicture | Failure | None:
        """Take the sharpest of a few frames and judge it; None when cancelled."""
        capture = self._open_capture()
        if capture is None:
            return Failure.PAPER_CAMERA_LOST
        try:
            best = self._sharpest(capture, cancelled)
        finally:
            capture.release()
        if cancelled():
            return None
        return Failure.PAPER_CAMERA_LOST if best is None else self._judge(best)

    def _sharpest(self, capture: Capture, cancelled: Callable[[], bool]) -> Any:
        best, most = None, -1.0
        for number in range(self._limits.skipped + self._limits.looked_at):
            good, frame = capture.read()
            if not good or cancelled():
                return best
            detail = _detail(frame)
            if number >= self._limits.skipped and detail > most:
                best, most = frame, detail
        return best

    def _judge(self, frame: Any) -> PaperPicture | Failure:
        found = _find_paper(frame, self._limits.smallest)
        if isinstance(found, Failure):
            return found
        x, y, width, height = found
        paper = frame[y : y + height, x : x + width]
        if cv2.cvtColor(paper, cv2.COLOR_BGR2GRAY).mean() < self._limits.darkest:
            return Failure.PAPER_DARK
        if _detail(paper) < self._limits.least_detail:
            return Failure.PAPER_BLURRED
        return PaperPicture(_encode(paper, self._limits), width, height)


def _detail(picture: Any) -> float:
    width = 1000
    height = max(1, round(picture.shape[0] * width / picture.shape[1]))
    small = cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA)
    return float(cv2.Laplacian(cv2.cvtColor(small, cv2.COLOR_BGR2GRAY), cv2.CV_64F).var())


def _find_paper(frame: Any, smallest: float) -> tuple[int, int, int, int] | Failure:
    """Return the box of the largest bright sheet: it must lie wholly inside the picture."""
    height, width = frame.shape[:2]
    grey = cv2.GaussianBlur(cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY), (9, 9), 0)
    _, bright = cv2.threshold(grey, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    if cv2.mean(grey, bright)[0] < BRIGHTER * cv2.mean(grey, cv2.bitwise_not(bright))[0]:
        return Failure.PAPER_NOT_SEEN
    closed = cv2.morphologyEx(bright, cv2.MORPH_CLOSE, cv2.getStructuringElement(0, (25, 25)))
    contours, _ = cv2.findContours(closed, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    largest = max(contours, key=cv2.contourArea, default=None)
    if largest is None or cv2.contourArea(largest) < smallest * width * height:
        return Failure.PAPER_NOT_SEEN
    x, y, across, down = (int(value) for value in cv2.boundingRect(largest))
    if x <= 1 or y <= 1 or x + across >= width - 1 or y + down >= height - 1:
        return Failure.PAPER_CUT_OFF
    if cv2.contourArea(largest) < 0.6 * across * down and not _is_tilted(largest):
        return Failure.PAPER_NOT_SEEN
    return x, y, across, down


def _is_tilted(contour: Any) -> bool:
    """Tell whether it fills a rectangle that lies askew: a sheet that was not laid straight."""
    _, (across, down), _ = cv2.minAreaRect(contour)
    return bool(cv2.contourArea(contour) > 0.8 * across * down)


def _encode(paper: Any, limits: PaperLimits) -> bytes:
    for quality in (limits.quality, limits.lower_quality):
        _, jpeg = cv2.imencode(".jpg", paper, [cv2.IMWRITE_JPEG_QUALITY, quality])
        if len(jpeg) <= LARGEST:
            break
    return bytes(jpeg)
