"""The colour of the desk under the camera, which is that of the frame's sides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

BORDER: Final = 0.03  # share of the frame at its sides that shows the desk
STEP: Final = 6  # pixels between two samples
NEAREST: Final = 4.0  # units of LAB that always count as the desk's colour
FITS: Final = 3


@dataclass(frozen=True)
class DeskColour:
    """The desk's colour in LAB: a plane over the frame, because light comes from one side.

    `plane` has the colour at the upper left, and by how much it changes down and across the whole
    frame. `spread` is the median distance of the desk's own pixels from it.
    """

    plane: NDArray[np.float32]
    spread: float

    def distances(self, lab: Any) -> Any:
        """Return how far each pixel of a LAB picture is from the desk's colour."""
        height, width = lab.shape[:2]
        rows = np.arange(height, dtype=np.float32)[:, None, None] / height
        columns = np.arange(width, dtype=np.float32)[None, :, None] / width
        desk = self.plane[0] + rows * self.plane[1] + columns * self.plane[2]
        return np.linalg.norm(lab - desk.astype(np.float32), axis=2)


def fit_desk_colour(lab: Any) -> DeskColour:
    """Return the desk's colour in a LAB picture of float32."""
    height, width = lab.shape[:2]
    down, across = np.mgrid[0:height:STEP, 0:width:STEP].astype(np.float32)
    band_y, band_x = BORDER * height, BORDER * width
    at_side = (down < band_y) | (down >= height - band_y) | (across < band_x)
    at_side |= across >= width - band_x
    grid = np.stack([np.ones_like(down), down / height, across / width], axis=-1)
    samples, values = grid[at_side], lab[::STEP, ::STEP][at_side]
    spread = 0.0
    for _ in range(FITS):  # what is not desk, as a finger, is left out of the next fit
        plane, *_ = np.linalg.lstsq(samples, values, rcond=None)
        off = np.linalg.norm(values - samples @ plane, axis=1)
        spread = float(np.median(off))
        near = off <= max(NEAREST, 2.0 * spread)
        samples, values = samples[near], values[near]
    return DeskColour(plane.astype(np.float32), spread)
