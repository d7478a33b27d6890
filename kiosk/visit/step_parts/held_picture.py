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
    _earlier: int = 0  # the number of the same picture before it was changed
    _picture: PaperPicture | None = field(default=None, repr=False)

    def hold(self, picture: PaperPicture) -> int:
        """Hold the picture in place of the one before; return its number."""
        with self._lock:
            self._number += 1
            self._earlier, self._picture = 0, picture
            return self._number

    def replace(self, number: int, picture: PaperPicture) -> int:
        """Hold the same picture after a change; return its new number, `number` when it is gone.

        The earlier number leads to it, too: a press may come from the page before the change.
        """
        with self._lock:
            if self._held(number) is None:
                return number
            self._number += 1
            self._earlier, self._picture = number, picture
            return self._number

    def take(self, number: int) -> PaperPicture | None:
        """Return the picture with this number and stop holding it; None when it is gone."""
        with self._lock:
            picture = self._held(number)
            if picture is not None:
                self._picture = None
            return picture

    def preview(self, number: int) -> Frame | None:
        """Return the preview of the picture with this number; None when it is gone."""
        with self._lock:
            picture = self._held(number)
            if picture is None or picture.preview is None:
                return None
            return replace(picture.preview, sequence=number)

    def jpeg(self, number: int) -> bytes | None:
        """Return the JPEG of the picture with this number; None when it is gone."""
        with self._lock:
            picture = self._held(number)
            return None if picture is None else picture.jpeg

    def drop(self) -> None:
        """Stop holding any picture."""
        with self._lock:
            self._picture = None

    def _held(self, number: int) -> PaperPicture | None:
        return self._picture if number in {self._number, self._earlier} else None
