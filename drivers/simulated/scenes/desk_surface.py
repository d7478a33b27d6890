"""Drawn surfaces of desks: from black to white, plain, of wood, of stone, of cloth."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


class DeskSurface(StrEnum):
    """The surfaces that a sheet can lie on."""

    BLACK = "black"
    CHARCOAL = "charcoal"
    DARK_WOOD = "dark_wood"
    LIGHT_WOOD = "light_wood"
    GREY = "grey"
    LIGHT_GREY = "light_grey"
    WHITE = "white"
    STONE = "stone"
    CLOTH = "cloth"


COLOURS: Final = {  # BGR under the lamp
    DeskSurface.BLACK: (26, 25, 25),
    DeskSurface.CHARCOAL: (62, 56, 55),
    DeskSurface.DARK_WOOD: (52, 76, 108),
    DeskSurface.LIGHT_WOOD: (138, 182, 210),
    DeskSurface.GREY: (132, 130, 128),
    DeskSurface.LIGHT_GREY: (206, 208, 208),
    DeskSurface.WHITE: (226, 229, 229),
    DeskSurface.STONE: (168, 172, 176),
    DeskSurface.CLOTH: (168, 128, 92),
}
_GRAIN: Final = {DeskSurface.DARK_WOOD: 14.0, DeskSurface.LIGHT_WOOD: 16.0}


def draw_surface(
    surface: DeskSurface, size: tuple[int, int], random: np.random.Generator
) -> NDArray[np.float32]:
    """Return a surface as BGR pixels, without light and noise of the camera.

    `size` is the width and height in pixels; `random` fixes grain, speckles and weave.
    """
    width, height = size
    desk = np.full((height, width, 3), COLOURS[surface], np.float32)
    if surface in _GRAIN:
        desk += _wood(size, random)[..., None] * np.float32(_GRAIN[surface])
    elif surface is DeskSurface.STONE:
        desk += _speckles(size, random)[..., None] * np.float32(13)
    elif surface is DeskSurface.CLOTH:
        desk += _checks(size)[..., None] * np.float32(22)
    return desk


def _wood(size: tuple[int, int], random: np.random.Generator) -> Any:
    """Return grain along the width, about -1 to 1: long streaks, and joints between boards."""
    width, height = size
    coarse = random.normal(size=(height, max(2, width // 160))).astype(np.float32)
    streaks = cv2.resize(coarse, size, interpolation=cv2.INTER_CUBIC)
    streaks = cv2.GaussianBlur(streaks, (0, 0), sigmaX=8, sigmaY=2.2)
    grain = np.clip(streaks / (streaks.std() + 1e-6), -2, 2) * 0.5
    for joint in range(height // 5, height, height // 3):
        grain[joint : joint + 3] -= 1.2
    return grain


def _speckles(size: tuple[int, int], random: np.random.Generator) -> Any:
    width, height = size
    coarse = random.normal(size=(height // 4 + 1, width // 4 + 1)).astype(np.float32)
    speckles = cv2.GaussianBlur(cv2.resize(coarse, size), (0, 0), 2)
    return speckles / (speckles.std() + 1e-6)


def _checks(size: tuple[int, int]) -> Any:
    """Return a woven pattern of squares, -1 to 1."""
    width, height = size
    across = np.sign(np.sin(np.arange(width, dtype=np.float32) / 38))
    down = np.sign(np.sin(np.arange(height, dtype=np.float32) / 38))
    weave: Any = (across[None, :] + down[:, None]) / 2
    return cv2.GaussianBlur(weave, (0, 0), 1.5)
