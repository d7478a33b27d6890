"""The background of the simulated face camera: a calm service room, out of focus."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

WALL_LIT: Final = (226, 232, 234)  # BGR
WALL_SHADED: Final = (196, 204, 209)
PANEL: Final = (176, 188, 196)
SHELF: Final = (142, 164, 186)
FOLDERS: Final = ((178, 152, 122), (150, 172, 150), (128, 142, 178), (188, 178, 150))
LEAF: Final = ((108, 146, 112), (92, 130, 96), (124, 160, 128))
POT: Final = (170, 178, 190)
SOFTNESS: Final = 7.0  # standard deviation of the lens blur, pixels


def empty_room(width: int, height: int, random: np.random.Generator) -> NDArray[np.uint8]:
    """Return the room as BGR rows, `width` x `height` pixels, lit from the left.

    `random` places folders and leaves.
    """
    across = np.linspace(0, 1, width)[None, :, None]
    down = np.linspace(0, 1, height)[:, None, None]
    shade = np.clip(0.75 * across + 0.35 * down**2, 0, 1)
    wall = np.array(WALL_LIT) * (1 - shade) + np.array(WALL_SHADED) * shade
    room: Any = np.ascontiguousarray(wall.astype(np.uint8))
    _panel(room)
    _shelf(room, random)
    _plant(room, random)
    blurred = cv2.GaussianBlur(room, (0, 0), SOFTNESS)
    return np.asarray(blurred, np.uint8)


def _panel(room: Any) -> None:
    height, width = room.shape[:2]
    cv2.rectangle(room, (0, int(height * 0.78)), (width, height), PANEL, -1)
    cv2.line(room, (0, int(height * 0.78)), (width, int(height * 0.78)), WALL_LIT, 5)


def _shelf(room: Any, random: np.random.Generator) -> None:
    height, width = room.shape[:2]
    left, right = int(width * 0.76), int(width * 1.02)
    for board in (0.28, 0.56):
        at, foot = left + 8, int(height * board)
        while at < right:
            thick, tall = int(random.integers(12, 22)), int(random.integers(50, 74))
            color = FOLDERS[int(random.integers(len(FOLDERS)))]
            cv2.rectangle(room, (at, foot - tall), (at + thick, foot), color, -1)
            at += thick + int(random.integers(1, 12))
        cv2.rectangle(room, (left, foot), (right, foot + 9), SHELF, -1)


def _plant(room: Any, random: np.random.Generator) -> None:
    height, width = room.shape[:2]
    root = (int(width * 0.1), int(height * 0.8))
    for _ in range(26):
        turn = float(random.uniform(-75, 75))
        length = int(random.integers(50, 120))
        tip = np.deg2rad(turn - 90)
        middle = (
            int(root[0] + np.cos(tip) * length / 2),
            int(root[1] + np.sin(tip) * length / 2),
        )
        color = LEAF[int(random.integers(len(LEAF)))]
        cv2.ellipse(room, middle, (length // 2, 9), turn - 90, 0, 360, color, -1)
    pot = np.array([[-34, -4], [34, -4], [24, 70], [-24, 70]]) + root
    cv2.fillPoly(room, [pot.astype(np.int32)], POT)
