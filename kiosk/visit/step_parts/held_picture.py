"""The one picture that waits for a decision, held in memory only and outside of the visit.

It shows a person's papers, so it is held in one place, where the end of the visit drops it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from threading import Lock

from kiosk.ports import Frame, PaperPicture


@dataclass
class HeldPicture:
    """A place for at most one picture, under a number that is never reused; thread-safe."""

    _lock: Lock = field(default_factory=Lock, repr=False)
    _number: int = 0
    _picture: PaperPicture | None = field(default=None, repr=False)

    def hold(self, picture: PaperPicture) -> int:
        """Hold the picture in place of the one before; return its number."""
        with self._lock:
            self._number += 1
            self._picture = picture
            return self._number

    def take(self, number: int) -> PaperPicture | None:
        """Return the picture with this number and stop holding it; None when it is gone."""
        with self._lock:
            if number != self._number:
                return None
            picture, self._picture = self._picture, None
            return picture

    def preview(self, number: int) -> Frame | None:
        """Return the preview of the picture with this number; None when it is gone."""
        with self._lock:
            if number != self._number or self._picture is None or self._picture.preview is None:
                return None
            return replace(self._picture.preview, sequence=number)

    def jpeg(self, number: int) -> bytes | None:
        """Return the JPEG of the picture with this number; None when it is gone."""
        with self._lock:
            held = self._picture if number == self._number else None
            return None if held is None else held.jpeg

    def drop(self) -> None:
        """Stop holding any picture."""
        with self._lock:
            self._picture = None
