"""Films in files: their frames, and a player that shows one over and over."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

import cv2

from drivers.opencv_log import silence_opencv
from kiosk.ports import Frame

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

LARGEST_SIDE: Final = 1280
SLOWEST_FILE: Final = 1.0  # frames a second, for files that don't tell
REST_SECONDS: Final = 1.5  # on the last picture, before the film begins again


def frames_of(path: Path) -> Iterator[tuple[float, Any]]:
    """Yield seconds and BGR frames, none larger than `LARGEST_SIDE`."""
    silence_opencv()
    film = cv2.VideoCapture(str(path))
    try:
        rate = film.get(cv2.CAP_PROP_FPS) or SLOWEST_FILE
        number = 0
        while True:
            good, frame = film.read()
            if not good:
                return
            yield number / rate, _fitting(frame)
            number += 1
    finally:
        film.release()


def _fitting(frame: Any) -> Any:
    scale = LARGEST_SIDE / max(frame.shape[:2])
    if scale >= 1:
        return frame
    return cv2.resize(frame, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)


class FilmPlayer:
    """Shows one film of a folder at a time, over and over; for one thread.

    `digests` are the SHA-256 of the files by name: no other file is opened. A frame of a film of
    640 pixels takes about 2 ms, so it needs no thread of its own. `now` is in seconds.
    """

    def __init__(self, folder: Path, digests: Mapping[str, str], now: Callable[[], float]) -> None:
        self._folder, self._digests, self._now = folder, digests, now
        self._name = ""
        self._coming: Iterator[tuple[float, Any]] = iter(())
        self._next: tuple[float, Any] | None = None
        self._shown: Frame | None = None
        self._began = self._ended = 0.0
        self._count = 0

    def frame(self, name: str) -> Frame | None:
        """Return the picture of the film that is due now; None for a file that is not as it was.

        A film begins when it is asked for after another, "" for none.
        """
        if name != self._name:
            self._name, self._shown = name, None
            self._begin()
        while self._next is not None and self._next[0] <= self._now() - self._began:
            at, picture = self._next
            self._count += 1
            height, width = picture.shape[:2]
            self._shown = Frame(self._count, self._began + at, width, height, picture.tobytes())
            self._next, self._ended = next(self._coming, None), self._now()
        if self._shown and self._next is None and self._now() - self._ended >= REST_SECONDS:
            self._begin()
        return self._shown

    def _begin(self) -> None:
        self._coming = frames_of(self._folder / self._name) if self._is_whole() else iter(())
        self._began, self._next = self._now(), next(self._coming, None)

    def _is_whole(self) -> bool:
        """Tell whether the file is the one of the list."""
        wanted = self._digests.get(self._name)
        try:
            found = sha256((self._folder / self._name).read_bytes()).hexdigest()
        except OSError:
            return False
        return found == wanted
