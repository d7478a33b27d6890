"""A video source whose thread reads without pause and keeps only the newest picture."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import cv2

from drivers.opencv_log import silence_opencv
from kiosk.ports import Frame

if TYPE_CHECKING:
    from collections.abc import Callable

_OPEN_MS, _READ_MS = 2000, 1000
LONGEST_SIDE = 1280  # a camera that gives 4K whatever it is asked for would be copied all day


class Capture(Protocol):
    """An opened video source, as cv2.VideoCapture is one."""

    def read(self) -> tuple[bool, Any]:
        """Wait for the next picture: (True, rows of BGR, uint8) or (False, anything)."""

    def release(self) -> None:
        """Release the device."""


@dataclass(frozen=True)
class CameraTimeouts:
    """Limits of a camera, in seconds.

    Without a new frame for `stall` the source is opened again. `first_pause` is doubled after each
    opening in vain, up to `longest_pause`. `stop` is how long the thread is waited for.
    """

    stall: float = 1.0
    first_pause: float = 0.5
    longest_pause: float = 10.0
    stop: float = 5.0


def open_video(url: str, width: int = 640, height: int = 480, rate: int = 30) -> Capture | None:
    """Return the opened http:// MJPEG stream or V4L2 path `url`; None when it is not there.

    `width` and `height` (pixels) and `rate` (frames a second) are asked of a V4L2 device only; it
    may give others.
    """
    silence_opencv()
    limits = [cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, _OPEN_MS, cv2.CAP_PROP_READ_TIMEOUT_MSEC, _READ_MS]
    if url.startswith("/"):
        capture = cv2.VideoCapture(url, cv2.CAP_V4L2, limits[2:])
        # MJPG comes first: two uncompressed cameras do not fit one USB 2 controller.
        capture.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG"))
        capture.set(cv2.CAP_PROP_FRAME_WIDTH, width)
        capture.set(cv2.CAP_PROP_FRAME_HEIGHT, height)
        capture.set(cv2.CAP_PROP_FPS, rate)
    else:
        capture = cv2.VideoCapture(url, cv2.CAP_FFMPEG, limits)
    if capture.isOpened():
        opened: Capture = capture
        return opened
    capture.release()
    return None


def fitting(picture: Any) -> Any:
    """Return a picture scaled down so that no side is above `LONGEST_SIDE` pixels."""
    share = LONGEST_SIDE / max(picture.shape[:2])
    if share >= 1:
        return picture
    return cv2.resize(picture, None, fx=share, fy=share, interpolation=cv2.INTER_AREA)


class VideoCamera:
    """A camera behind any capture; `latest` may be called from any thread.

    `open_capture` opens the source and returns None while it is not there.

    `pace` has the limits of the camera, in seconds.
    """

    def __init__(
        self,
        open_capture: Callable[[], Capture | None],
        monotonic: Callable[[], float],
        pace: CameraTimeouts | None = None,
    ) -> None:
        self._open_capture = open_capture
        self._monotonic = monotonic
        self._pace = pace or CameraTimeouts()
        self._lock = threading.Lock()
        self._newest: tuple[int, float, Any] | None = None
        self._sequence = 0
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Start the reading thread; idempotent."""
        if self._thread is None:
            self._stop = threading.Event()
            self._thread = threading.Thread(
                target=self._grab, args=(self._stop,), name="camera", daemon=True
            )
            self._thread.start()

    def latest(self) -> Frame | None:
        """Return the newest frame; None before the first, and when it is older than `stall`."""
        with self._lock:
            newest = self._newest
        if newest is None or self._monotonic() - newest[1] > self._pace.stall:
            return None
        sequence, taken_at, picture = newest
        height, width = picture.shape[:2]
        return Frame(sequence, taken_at, width, height, picture.tobytes())

    def stop(self) -> None:
        """Stop reading and drop the last frame; idempotent."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(self._pace.stop)
            self._thread = None
        self._keep(None)

    def _grab(self, stop: threading.Event) -> None:
        """Open the source, read until it is lost, and open it again.

        The pause before the next opening grows after each vain try.
        """
        pause = self._pace.first_pause
        while not stop.is_set():
            before = self._sequence
            capture = self._open_capture()
            if capture is not None:
                self._drain(capture, stop)
                capture.release()
            grabbed = self._sequence > before
            pause = self._pace.first_pause if grabbed else min(2 * pause, self._pace.longest_pause)
            stop.wait(pause)

    def _drain(self, capture: Capture, stop: threading.Event) -> None:
        """Keep each picture until a read fails or takes longer than `stall`."""
        asked_at = self._monotonic()
        while not stop.is_set():
            good, picture = capture.read()
            taken_at = self._monotonic()
            if not good or taken_at - asked_at > self._pace.stall:
                break
            self._keep((self._sequence + 1, taken_at, fitting(picture)), stop)
            asked_at = taken_at
        self._keep(None, stop)

    def _keep(
        self, newest: tuple[int, float, Any] | None, stop: threading.Event | None = None
    ) -> None:
        """Store the newest picture; a thread that was told to stop stores nothing any more."""
        with self._lock:
            if stop is not None and stop.is_set():
                return
            self._newest = newest
            if newest is not None:
                self._sequence = newest[0]
