"""Does a card of somebody earlier still lie there? Remembered beyond the end of the process."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from pathlib import Path


class CardMark(Protocol):
    """One bit: a card was found, and has not been seen taken away since."""

    def recall(self) -> bool:
        """Return what was noted last."""

    def note(self, *, lies: bool) -> None:
        """Note it; never raises."""


class Unremembered:
    """A mark that is lost with the process."""

    def recall(self) -> bool:
        return False

    def note(self, *, lies: bool) -> None:
        """Keep nothing."""


class MarkFile:
    """An empty file that is there while a card lies there; of the card it says nothing."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def recall(self) -> bool:
        return self._path.exists()

    def note(self, *, lies: bool) -> None:
        # A full disk may cost the memory, never a visit.
        with suppress(OSError):
            if lies:
                self._path.touch()
            else:
                self._path.unlink(missing_ok=True)
