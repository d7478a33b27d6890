"""The document camera: takes one sharp picture of the paper on the table and says what is doubtful.

Nobody aims: after the press the picture is taken as soon as the sheet lies still. It is cut out
along its sides, straightened (`drivers/papers/`), and judged by what a clerk needs: one sheet with
all four corners, letters sharp enough to read, no reflection on them, light. The tests can be
wrong, so a doubted picture is returned too: whoever stands there looks at it and decides.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from drivers.papers.quality_gates import GateLimits, measure_sheet
from drivers.papers.quarter_turns import turned
from drivers.papers.sheet_finder import FinderLimits, examine_desk, find_coarsely, straighten
from drivers.papers.still_sheet import StillSheet
from kiosk.failures import Failure
from kiosk.ports import Frame, PaperPicture
from kiosk.units import MIB

if TYPE_CHECKING:
    from collections.abc import Callable

    from drivers.devices.camera import Capture
    from drivers.papers.sheet_finder import LaidSheet, SheetOutline

BRIGHTER = 1.5  # a sheet, than the table that it lies on
LARGEST = 3 * MIB  # bytes; a page at 2,592 x 1,944 has about one MiB
PREVIEW_SIDE = 1280  # pixels: more than a panel shows of it
LIVE_SIDE = 640  # pixels: drawn at every frame
OUTLINE = (((255, 255, 255), 7), ((67, 76, 15), 3))  # white, and `pine` of assets/tokens.toml on it


@dataclass(frozen=True)
class PaperLimits:
    """The limits within which a picture is not doubted.

    [G]: from drawn pages, not measured on a real document camera.
    """

    skipped: int = 5  # frames until the exposure has settled (cards.md §3)
    looked_at: int = 15  # at most, when the sheet never lies still
    still: int = 3  # frames
    finder: FinderLimits = FinderLimits()
    gates: GateLimits = GateLimits()
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
        self._count = 0
        self._seen: Frame | None = None

    def capture(self, cancelled: Callable[[], bool]) -> PaperPicture | Failure | None:
        """Return the sharpest frame of the sheet that lies still, judged; None when cancelled.

        PAPER_CAMERA_LOST: the camera is not there, or gives no frame.
        """
        capture = self._open_capture()
        if capture is None:
            return Failure.PAPER_CAMERA_LOST
        try:
            best = self._sharpest(capture, cancelled)
        finally:
            capture.release()
            self._seen = None
        if cancelled():
            return None
        return Failure.PAPER_CAMERA_LOST if best is None else judge(best, self._limits)

    def latest(self) -> Frame | None:
        """Return the newest frame with the outline of the sheet; None while nothing is taken.

        Thread-safe.
        """
        return self._seen

    def _sharpest(self, capture: Capture, cancelled: Callable[[], bool]) -> Any:
        """Return the sharpest frame since the sheet came to lie still, or else of all."""
        best, most, still = None, -1.0, StillSheet(self._limits.still)
        for number in range(self._limits.skipped + self._limits.looked_at):
            good, frame = capture.read()
            if not good or cancelled():
                return best
            if number < self._limits.skipped:
                self._show(frame, None)
                continue
            outline = find_coarsely(frame, self._limits.finder)
            self._show(frame, outline)
            lies_still = still.see(outline)
            detail = _detail(frame)
            if detail > most or still.has_moved:
                best, most = frame, detail
            if lies_still:
                return best
        return best

    def _show(self, frame: Any, outline: SheetOutline | None) -> None:
        self._count += 1
        self._seen = live_frame(frame, outline, self._count)


def live_frame(frame: Any, outline: SheetOutline | None, number: int) -> Frame:
    """Return a BGR frame small enough to be drawn each time, with the outline of the sheet.

    `number` tells it from the frame before.
    """
    height, width = frame.shape[:2]
    scale = min(1.0, LIVE_SIDE / max(width, height))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = cv2.resize(frame, size, interpolation=cv2.INTER_NEAREST)
    if outline is not None:
        corners = np.round(outline.corners * scale).astype(np.int32)
        for colour, thickness in OUTLINE:
            cv2.polylines(small, [corners], isClosed=True, color=colour, thickness=thickness)
    return Frame(number, 0.0, *size, small.tobytes())


def picture_of(jpeg: bytes, limits: PaperLimits | None = None) -> PaperPicture:
    """Return what a document camera would make of one frame, given as a JPEG."""
    frame = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
    return judge(frame, limits or PaperLimits())


def turn_picture(jpeg: bytes, quarter_turns: int) -> PaperPicture:
    """Return a picture that this camera took, turned clockwise."""
    taken = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
    return _picture(turned(taken, quarter_turns), PaperLimits(), None)


def judge(frame: Any, limits: PaperLimits) -> PaperPicture:
    """Return the paper cut out of a BGR frame and straightened, with its doubt.

    Where no paper was found it is the whole frame.
    """
    laid = examine_desk(frame, limits.finder)
    if laid is None:
        return _picture(frame, limits, _why_not_found(frame))
    sheet = straighten(frame, laid.outline)
    unreadable = measure_sheet(sheet, limits.gates).doubt(limits.gates)
    return _picture(sheet, limits, unreadable or _oddness(laid))


def _oddness(laid: LaidSheet) -> Failure | None:
    """Return what is odd about how a sheet lies."""
    if laid.has_neighbour:
        return Failure.PAPER_SEVERAL
    return Failure.PAPER_TORN if laid.lacks_corner else None


def _why_not_found(frame: Any) -> Failure:
    """Return PAPER_CUT_OFF where something bright leaves the frame, else PAPER_NOT_SEEN."""
    grey = cv2.GaussianBlur(cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY), (9, 9), 0)
    _, bright = cv2.threshold(grey, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    if cv2.mean(grey, bright)[0] <= BRIGHTER * cv2.mean(grey, cv2.bitwise_not(bright))[0]:
        return Failure.PAPER_NOT_SEEN
    contours, _ = cv2.findContours(bright, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    x, y, across, down = cv2.boundingRect(max(contours, key=cv2.contourArea))
    height, width = frame.shape[:2]
    leaves = x <= 1 or y <= 1 or x + across >= width - 1 or y + down >= height - 1
    return Failure.PAPER_CUT_OFF if leaves else Failure.PAPER_NOT_SEEN


def _picture(shown: Any, limits: PaperLimits, doubt: Failure | None) -> PaperPicture:
    height, width = shown.shape[:2]
    return PaperPicture(_encode(shown, limits), width, height, _preview(shown), doubt)


def _detail(picture: Any) -> float:
    width = 1000
    height = max(1, round(picture.shape[0] * width / picture.shape[1]))
    small = cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA)
    return float(cv2.Laplacian(cv2.cvtColor(small, cv2.COLOR_BGR2GRAY), cv2.CV_64F).var())


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
