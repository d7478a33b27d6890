"""Automatic shutter: tells when the sheet under the camera has come to lie still."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from drivers.papers.sheet_finder import SheetOutline


class StillSheet:
    """Counts frames in which a sheet lies where it lay in the frame before.

    `frames` is how many of them in a row count as still; `slack` is by how much a corner may move
    from one to the next, as a share of the sheet's longest side.
    """

    def __init__(self, frames: int = 3, slack: float = 0.01) -> None:
        self._frames = frames
        self._slack = slack
        self._corners: Any = None
        self._still = 0

    def see(self, outline: SheetOutline | None) -> bool:
        """Take the next frame's outline, None without a sheet; return whether it lies still."""
        before, self._corners = self._corners, outline.corners if outline else None
        if self._corners is None:
            self._still = 0
        elif before is None or self._moved(before) > self._slack:
            self._still = 1
        else:
            self._still += 1
        return self._still >= self._frames

    @property
    def has_moved(self) -> bool:
        """Return whether the sheet of the newest frame was not at this place in the one before."""
        return self._still == 1

    def _moved(self, before: Any) -> float:
        sides = np.linalg.norm(np.roll(self._corners, -1, axis=0) - self._corners, axis=1)
        return float(np.linalg.norm(self._corners - before, axis=1).max() / sides.max())
