"""Media of attackers, drawn from their description: a screen, a creased mask, a flipped photo.

Nothing here is drawn after the defence: what gives a medium away before a real camera (its frame,
its pixels, its flatness, the cut between two recordings) is drawn as strongly and as weakly as it
may be, by seed.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, Final

import cv2
import numpy as np

from drivers.simulated.scenes.photo_print import BOTTOM, MIDDLE_X
from drivers.simulated.scenes.stranger import FACE_OUTLINE

if TYPE_CHECKING:
    from numpy.typing import NDArray

SIDE: Final = 512
EYES: Final = ((201.5, 101.5), (247.5, 103.0))
HOLE: Final = (13, 8)  # half width and height of a hole for an eye, pixels of the figure
BEZEL: Final = (22, 20, 20)  # BGR of a tablet's frame
BEZEL_WIDTH: Final = 0.05  # of the screen's width
SKIN_AT_EDGE: Final = 3.0  # softness of the mask's cut, pixels
WORN_AT: Final = 105.0  # pixels of the figure from the head's axis to the crease


@dataclass(frozen=True)
class Screen:
    """A tablet that shows a recording; its lattice is what a camera makes of the pixels.

    `size` is the screen's by the recording's, `lattice` the amplitude of the pattern (0 to 1) and
    `period` its length in pixels of the camera; `glare` is the strength of a fixed reflection.
    """

    size: float
    lattice: float
    period: float
    glare: float
    tint: float

    def show(self, recording: NDArray[np.uint8], room: NDArray[np.uint8], sway: Any) -> Any:
        """Return what a camera sees of a recording on this screen, held by hand before a room.

        `sway` is the place of the screen's middle off the picture's middle, (x, y) in pixels.
        """
        height, width = recording.shape[:2]
        move = np.array(
            [
                [self.size, 0, width / 2 * (1 - self.size) + sway[0]],
                [0, self.size, height / 2 * (1 - self.size) + sway[1]],
            ]
        )
        tint = np.array([1 + self.tint, 1, 1 - self.tint], np.float32)
        lit = recording.astype(np.float32) * tint
        lit = lit * _lattice(self, height, width) + _glare(self, height, width)
        shown = cv2.warpAffine(lit, move, (width, height))
        cover = cv2.warpAffine(np.ones((height, width), np.float32), move, (width, height))
        frame = self._cover(cover, width)
        tablet = room.astype(np.float32) * (1 - frame[..., None])
        tablet += np.array(BEZEL, np.float32) * frame[..., None]
        return tablet * (1 - cover[..., None]) + shown * cover[..., None]

    def _cover(self, cover: Any, width: int) -> Any:
        rim = max(3, int(BEZEL_WIDTH * width * self.size))
        return cv2.dilate(cover, np.ones((rim, rim), np.float32))


@lru_cache(maxsize=2)
def _lattice(screen: Screen, height: int, width: int) -> Any:
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    turn = np.float32(2 * np.pi * screen.size / screen.period)
    wave = np.cos(turn * columns) + np.cos(turn * rows)
    return (1 + np.float32(screen.lattice) * wave / 2)[..., None]


@lru_cache(maxsize=2)
def _glare(screen: Screen, height: int, width: int) -> Any:
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    away = ((columns - 0.8 * width) / 90) ** 2 + ((rows - 0.2 * height) / 60) ** 2
    return (np.float32(screen.glare) * np.exp(-away))[..., None]


def some_screen(random: np.random.Generator) -> Screen:
    """Return a random screen: from one that fills the view without a pattern to a poor one."""
    return Screen(
        size=random.uniform(0.82, 1.25),
        lattice=random.uniform(0.0, 0.12),
        period=random.uniform(2.2, 4.6),
        glare=random.uniform(0.0, 60.0),
        tint=random.uniform(0.0, 0.08),
    )


def creased_mask(
    printed: NDArray[np.uint8], wearer: NDArray[np.uint8], yaw: float, crease: float
) -> NDArray[np.uint8]:
    """Return the wearer's figure behind a paper mask of the printed one, turned by `yaw` degrees.

    The paper is creased along the nose by `crease` degrees to each side; in its holes are the
    wearer's own eyes. Both figures are 512x512 BGRA.
    """
    turn, fold = np.radians(yaw), np.radians(crease)
    along = np.arange(SIDE, dtype=np.float64) - MIDDLE_X
    # The sheet is wider than the face by what the crease takes, and lies on the wearer's nose.
    across, near = along, WORN_AT - np.abs(along) * np.tan(fold)
    seen = across * np.cos(turn) + near * np.sin(turn)
    rising = np.gradient(seen) > 0
    from_x = np.interp(along, seen[rising], along[rising], left=-SIDE, right=SIDE) + MIDDLE_X
    map_x = np.broadcast_to(from_x, (SIDE, SIDE)).astype(np.float32)
    map_y = np.broadcast_to(np.arange(SIDE)[:, None], (SIDE, SIDE)).astype(np.float32)
    paper = cv2.remap(printed[..., :3], map_x, map_y, cv2.INTER_CUBIC)
    cover = cv2.remap(_mask_cover(), map_x, map_y, cv2.INTER_LINEAR)[..., None]
    mixed = paper * cover + wearer[..., :3] * (1 - cover)
    shown = np.maximum(wearer[..., 3:], (255 * cover).astype(np.uint8))
    return np.dstack([np.clip(mixed, 0, 255).astype(np.uint8), shown])


def flipped_photo(
    photo: NDArray[np.uint8], holder: NDArray[np.uint8], flip: float
) -> NDArray[np.uint8]:
    """Return a photo before the holder's face, flipped away by a share `flip`: 0 held, 1 gone.

    It turns about its lower edge, as a hand lets it down. Figures as above.
    """
    if flip >= 1:
        return holder
    narrow = max(0.02, float(np.cos(flip * np.pi / 2)))
    move = np.array([[1, 0, 0], [0, narrow, BOTTOM * (1 - narrow)]])
    moved = cv2.warpAffine(photo, move, (SIDE, SIDE))
    cover = moved[..., 3:].astype(np.float32) / 255
    mixed = moved[..., :3] * cover + holder[..., :3] * (1 - cover)
    shown = np.maximum(holder[..., 3], moved[..., 3])
    return np.dstack([mixed.astype(np.uint8), shown])


@cache
def _mask_cover() -> Any:
    cover: Any = np.zeros((SIDE, SIDE), np.float32)
    cv2.fillPoly(cover, [np.array(FACE_OUTLINE, np.int32)], 1.0)
    for x, y in EYES:
        cv2.ellipse(cover, (round(x), round(y)), HOLE, 0, 0, 360, 0.0, -1)
    return cv2.GaussianBlur(cover, (0, 0), SKIN_AT_EDGE / 2)
