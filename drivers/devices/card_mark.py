"""A mark, kept beyond the end of the process, that somebody's card may still lie on the reader."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from pathlib import Path


class CardMark(Protocol):
    """One bit: a card was found, and has not been seen taken away since."""

    def recall(self) -> bool:
        """Return the bit that was stored last."""

    def note(self, *, lies: bool) -> None:
        """Store the bit; never raises."""


class Unremembered:
    """A mark that is stored nowhere."""

    def recall(self) -> bool:
        """Return false: nothing is remembered."""
        return False

    def note(self, *, lies: bool) -> None:
        """Store nothing."""


class MarkFile:
    """An empty file that exists while a card lies there; it holds nothing of the card."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def recall(self) -> bool:
        """Return whether the file exists."""
        return self._path.exists()

    def note(self, *, lies: bool) -> None:
        # A full disk may cost the memory, never a visit.
        """Make the file while a card lies there, else remove it."""
        with suppress(OSError):
            if lies:
                self._path.touch()
            else:
                self._path.unlink(missing_ok=True)
