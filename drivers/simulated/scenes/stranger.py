"""The figure of another person: the same picture with other eyes, nose, mouth, jaw and colours.

There is only one portrait that may be shipped, so the stranger is made from it; the changes are
large enough for a face engine to see someone else (tests/drivers/face).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

SIDE: Final = 512


@dataclass(frozen=True)
class Bump:
    """A soft change around one spot of the 512-pixel figure: scale and shift, in pixels."""

    x: float
    y: float
    spread_x: float
    spread_y: float
    wider: float
    taller: float
    right: float = 0.0
    down: float = 0.0


# Found by trying: as far from the portrait for SFace as strangers are (distance 0.8).
FEATURES: Final = (
    Bump(200, 102, 9, 7, 0.68, 0.68, 0.6, 2.5),  # eyes: smaller, closer, lower
    Bump(247, 103, 9, 7, 0.68, 0.68, -0.6, 2.5),
    Bump(222, 128, 11, 14, 1.40, 1.40, -0.2, 1.1),  # nose: broader and longer
    Bump(222, 168, 42, 22, 1.35, 0.98, -0.2, 4.5),  # jaw: broader and lower
    Bump(220, 143, 18, 8, 1.39, 1.40, -1.8, 3.6),  # mouth: broader, fuller and lower
    Bump(200, 88, 14, 5, 0.68, 1.40, -0.6, -2.4),  # brows: shorter and thicker
    Bump(247, 88, 14, 5, 0.68, 1.40, 0.6, -2.4),
    Bump(222, 70, 40, 15, 1.15, 1.05, -1.1, -1.8),  # forehead
    Bump(190, 130, 14, 16, 0.68, 1.35, -2.5, -1.4),  # cheeks: flatter
    Bump(256, 130, 14, 16, 0.68, 1.35, 2.5, -1.4),
)
FACE_OUTLINE: Final = (
    (178, 100), (185, 78), (215, 80), (240, 84), (268, 92), (272, 130),
    (262, 150), (262, 190), (180, 190), (180, 150), (176, 130),
)  # fmt: skip
HAIR_ENDS: Final = 165  # rows of the figure
FACE_ENDS: Final = 195
SUIT_BEGINS: Final = 165
HAIR: Final = np.array([0.42, 0.40, 0.42])
SKIN: Final = np.array([0.72, 0.80, 0.88])
COAT: Final = np.array([0.95, 0.72, 0.62])
TO_GREY: Final = np.array([0.1, 0.4, 0.5])


def stranger(figure: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return another person's figure (512x512 BGRA) made from `figure`."""
    return _reshaped(_recoloured(figure))


def _reshaped(figure: NDArray[np.uint8]) -> NDArray[np.uint8]:
    rows, columns = np.mgrid[0:SIDE, 0:SIDE].astype(np.float32)
    from_x, from_y = columns.copy(), rows.copy()
    for bump in FEATURES:
        across, down = columns - bump.x, rows - bump.y
        weight = np.exp(-((across / bump.spread_x) ** 2 + (down / bump.spread_y) ** 2) / 2)
        from_x -= weight * (across * (1 - 1 / bump.wider) + bump.right)
        from_y -= weight * (down * (1 - 1 / bump.taller) + bump.down)
    moved = cv2.remap(figure, from_x.astype(np.float32), from_y.astype(np.float32), cv2.INTER_CUBIC)
    return np.asarray(moved, np.uint8)


def _recoloured(figure: NDArray[np.uint8]) -> NDArray[np.uint8]:
    colours = figure[..., :3].astype(np.float32)
    grey = (colours @ TO_GREY)[..., None]
    rows = np.arange(SIDE, dtype=np.float32)[:, None, None]
    face = _face()
    hair = (1 - face) * np.clip((HAIR_ENDS - rows) / 15, 0, 1)
    skin = face * np.clip((FACE_ENDS - rows) / 10, 0, 1)
    suit = _suit(figure, rows[..., 0])
    colours = colours * (1 - suit) + grey * COAT * suit
    colours = colours * (1 - hair) + grey * HAIR * hair
    colours = colours * (1 - skin + skin * SKIN)
    return np.dstack([np.clip(colours, 0, 255).astype(np.uint8), figure[..., 3]])


def _face() -> Any:
    shape: Any = np.zeros((SIDE, SIDE), np.float32)
    cv2.fillPoly(shape, [np.array(FACE_OUTLINE, np.int32)], 1.0)
    return cv2.GaussianBlur(shape, (0, 0), 5)[..., None]


def _suit(figure: NDArray[np.uint8], rows: Any) -> Any:
    """Return where the orange suit is: 0 to 1 for each pixel."""
    hue, saturation, _ = cv2.split(cv2.cvtColor(figure[..., :3], cv2.COLOR_BGR2HSV))
    orange = (hue < 22) | (hue > 168)  # noqa: PLR2004 - OpenCV counts hue to 180
    strong = saturation > 110  # noqa: PLR2004
    suit = (orange & strong & (rows > SUIT_BEGINS)).astype(np.float32)
    return cv2.GaussianBlur(suit, (0, 0), 1.2)[..., None] * (1 - _face())
