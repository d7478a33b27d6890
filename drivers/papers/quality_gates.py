"""Gates that tell whether a clerk can read a straightened sheet: sharpness and local glare.

Both look at the letters. Sharpness is the width of edges in pixels, which does not depend on how
much is printed, as the variance of the Laplacian does. Glare is paper that the sensor could not
measure any more, where letters would be: a count of bright pixels over the whole sheet cannot tell
a reflection on a name from a white margin.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import cv2
import numpy as np

from kiosk.failures import Failure

if TYPE_CHECKING:
    from numpy.typing import NDArray

CLIPPED: Final = 250  # grey levels of the darkest channel: the sensor's end, less its noise
INK: Final = 25.0  # grey levels that letters differ from what is around them
FEWEST_EDGES: Final = 50
FULL: Final = 0.9  # share of a pixel's area
MARGIN: Final = 0.02  # share of each side that is left out: the sheet's own edge is not a letter


@dataclass(frozen=True)
class GateLimits:
    """The limits of a picture that is not doubted.

    [G]: from drawn photographs; the technician's test sheet will replace them. `edge_width` and
    `letter` (the least side of a reflection that hides something) are in pixels of a frame of 7.2
    pixels a mm. `near_text` is how far around letters a reflection counts, in the same pixels.
    """

    darkest: float = 60.0  # mean of the paper, 0..255
    least_ink: float = 0.002  # share of the sheet that letters cover
    edge_width: float = 4.0
    letter: int = 22
    near_text: int = 90
    hidden: float = 0.0006  # share of the sheet


@dataclass(frozen=True)
class SheetMeasures:
    """What the gates measure of a straightened sheet.

    `lightness` is its mean, 0 to 255; `ink` the share that letters cover; `edge_width` in pixels,
    of the sharpest fifth of the letters' edges; `hidden` the share of the sheet where a reflection
    hides what may be written there.
    """

    lightness: float
    ink: float
    edge_width: float
    hidden: float

    def doubt(self, limits: GateLimits | None = None) -> Failure | None:
        """Return why a clerk may not be able to read the sheet, None when nothing speaks for it."""
        limits = limits or GateLimits()
        if self.lightness < limits.darkest:
            return Failure.PAPER_DARK
        if self.hidden > limits.hidden:
            return Failure.PAPER_GLARE
        if self.ink < limits.least_ink:
            return Failure.PAPER_BLANK
        return Failure.PAPER_BLURRED if self.edge_width > limits.edge_width else None


def measure_sheet(sheet: Any, limits: GateLimits | None = None) -> SheetMeasures:
    """Return the measures of a straightened sheet, BGR at the resolution of the frame."""
    limits = limits or GateLimits()
    height, width = sheet.shape[:2]
    rows, columns = round(MARGIN * height), round(MARGIN * width)
    inner = sheet[rows : height - rows, columns : width - columns]
    grey = cv2.cvtColor(inner, cv2.COLOR_BGR2GRAY)
    ink = _ink(grey)
    return SheetMeasures(
        float(grey.mean()),
        float(np.count_nonzero(ink)) / ink.size,
        _edge_width(grey),
        _hidden_share(inner, ink, limits),
    )


def _ink(grey: Any) -> NDArray[np.uint8]:
    """Return where letters are, at a quarter of the size."""
    small = cv2.resize(grey, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    around = cv2.blur(small, (31, 31))
    mask = (cv2.absdiff(small, around) > INK).astype(np.uint8)
    return np.asarray(
        cv2.resize(mask, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA), np.uint8
    )


def _edge_width(grey: Any) -> float:
    """Return the width of the sharpest fifth of the edges, in pixels; infinite without edges.

    The width is the step's height, divided by its steepest slope. Noise is no edge: only steps of
    the height of letters count.
    """
    calm = cv2.GaussianBlur(grey, (0, 0), 0.8).astype(np.float32)
    across = cv2.Sobel(calm, cv2.CV_32F, 1, 0, scale=1 / 8)
    down = cv2.Sobel(calm, cv2.CV_32F, 0, 1, scale=1 / 8)
    slope = cv2.magnitude(across, down)
    kernel = np.ones((9, 9), np.uint8)
    height = cv2.dilate(calm, kernel) - cv2.erode(calm, kernel)
    steepest = (slope >= cv2.dilate(slope, np.ones((5, 5), np.uint8))) & (height > INK * 1.6)
    if np.count_nonzero(steepest) < FEWEST_EDGES:
        return float("inf")
    return float(np.percentile(height[steepest] / slope[steepest], 35))


def _hidden_share(inner: Any, ink: Any, limits: GateLimits) -> float:
    """Return the share of the sheet where nothing but light is seen, near letters."""
    darkest = cv2.min(cv2.min(inner[..., 0], inner[..., 1]), inner[..., 2])
    quarter = (ink.shape[1], ink.shape[0])
    clipped = cv2.resize(
        (darkest >= CLIPPED).astype(np.float32), quarter, interpolation=cv2.INTER_AREA
    )
    side = max(1, limits.letter // 4)
    full = cv2.erode((clipped > FULL).astype(np.uint8), np.ones((side, side), np.uint8))
    hidden = np.count_nonzero(full & _written_part(ink, limits))
    return float(hidden) / float(ink.size)


def _written_part(ink: Any, limits: GateLimits) -> Any:
    """Return where letters are or may be: the rectangle around all of them, and near them.

    A reflection in the middle of a line hides its letters, so the part between letters counts.
    Where hardly a letter is seen they may be anywhere.
    """
    if np.count_nonzero(ink) < limits.least_ink * ink.size:
        return np.ones_like(ink)
    reach = 2 * (limits.near_text // 8) + 1
    near = cv2.dilate(ink, np.ones((reach, reach), np.uint8))
    left, top, width, height = cv2.boundingRect(ink)
    near[top : top + height, left : left + width] = 1
    return near
