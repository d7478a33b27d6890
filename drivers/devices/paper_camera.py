"""The document camera: takes one sharp picture of the paper on the table and says what is doubtful.

Nobody aims: the picture is taken when the person presses, and judged by what a clerk needs: all
four corners, letters sharp enough to read, light. The tests are often wrong (a light desk, glare),
so a doubted picture is returned too: whoever stands there looks at it and decides.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from kiosk.failures import Failure
from kiosk.ports import Frame, PaperPicture
from kiosk.units import MIB

if TYPE_CHECKING:
    from collections.abc import Callable

    from drivers.devices.camera import Capture

BRIGHTER = 1.5  # a sheet, than the table that it lies on
LARGEST = 3 * MIB  # bytes; a page at 2,592 x 1,944 has about one MiB
PREVIEW_SIDE = 1280  # pixels: more than a panel shows of it


@dataclass(frozen=True)
class PaperLimits:
    """The limits within which a picture is not doubted.

    [G]: from drawn pages, not measured on a real document camera.
    """

    skipped: int = 5  # frames until the exposure has settled (cards.md §3)
    looked_at: int = 5
    darkest: float = 60.0  # mean of the paper, 0..255
    smallest: float = 0.08  # share of the picture
    least_detail: float = 60.0  # variance of the Laplacian, of the paper at 1,000 pixels of width
    quality: int = 85
    lower_quality: int = 60


class DocumentCamera:
    """A camera above the table, open only while a picture is taken.

    `open_capture` returns None when the camera is not there.
    """

    def __init__(
        self,
        open_capture: Callable[[], Capture | None],
        limits: PaperLimits | None = None,
    ) -> None:
        self._open_capture = open_capture
        self._limits = limits or PaperLimits()

    def capture(self, cancelled: Callable[[], bool]) -> PaperPicture | Failure | None:
        """Return the sharpest of a few frames, judged; None when cancelled.

        PAPER_CAMERA_LOST: the camera is not there, or gives no frame.
        """
        capture = self._open_capture()
        if capture is None:
            return Failure.PAPER_CAMERA_LOST
        try:
            best = self._sharpest(capture, cancelled)
        finally:
            capture.release()
        if cancelled():
            return None
        return Failure.PAPER_CAMERA_LOST if best is None else judge(best, self._limits)

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


def picture_of(jpeg: bytes, limits: PaperLimits | None = None) -> PaperPicture:
    """Return what a document camera would make of one frame, given as a JPEG."""
    frame = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
    return judge(frame, limits or PaperLimits())


def judge(frame: Any, limits: PaperLimits) -> PaperPicture:
    """Return the paper cut out of a BGR frame, with its doubt.

    Where no paper was found it is the whole frame.
    """
    found = _find_paper(frame, limits.smallest)
    if isinstance(found, Failure):
        return _picture(frame, limits, found)
    x, y, width, height = found
    paper = frame[y : y + height, x : x + width]
    return _picture(paper, limits, _doubt(paper, limits))


def _doubt(paper: Any, limits: PaperLimits) -> Failure | None:
    if cv2.cvtColor(paper, cv2.COLOR_BGR2GRAY).mean() < limits.darkest:
        return Failure.PAPER_DARK
    return Failure.PAPER_BLURRED if _detail(paper) < limits.least_detail else None


def _picture(shown: Any, limits: PaperLimits, doubt: Failure | None) -> PaperPicture:
    height, width = shown.shape[:2]
    return PaperPicture(_encode(shown, limits), width, height, _preview(shown), doubt)


def _detail(picture: Any) -> float:
    width = 1000
    height = max(1, round(picture.shape[0] * width / picture.shape[1]))
    small = cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA)
    return float(cv2.Laplacian(cv2.cvtColor(small, cv2.COLOR_BGR2GRAY), cv2.CV_64F).var())


def _find_paper(frame: Any, smallest: float) -> tuple[int, int, int, int] | Failure:
    """Return x, y, width and height of the largest bright sheet that lies wholly in the picture.

    `smallest` is the least share of the picture that counts as a sheet.
    """
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
    """Tell whether a contour fills a rotated rectangle: a sheet that was not laid straight."""
    _, (across, down), _ = cv2.minAreaRect(contour)
    return bool(cv2.contourArea(contour) > 0.8 * across * down)


def _preview(picture: Any) -> Frame:
    height, width = picture.shape[:2]
    scale = min(1.0, PREVIEW_SIDE / max(width, height))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    return Frame(0, 0.0, *size, small.tobytes())


def _encode(paper: Any, limits: PaperLimits) -> bytes:
    for quality in (limits.quality, limits.lower_quality):
        _, jpeg = cv2.imencode(".jpg", paper, [cv2.IMWRITE_JPEG_QUALITY, quality])
        if len(jpeg) <= LARGEST:
            break
    return bytes(jpeg)
