"""Pictures of a head that turns, closes its eyes or opens its mouth, warped from one figure.

The head is an ellipsoid with a nose on it; each row of pixels is moved by its depth and the turn,
so that near points overtake far ones as they do before a camera. Lids are the skin above the eyes,
stretched over them. A screen or a print has no depth, and its lids don't move.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import cv2
import numpy as np

from drivers.simulated.scenes.spectacles import EYES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from drivers.simulated.scenes.spectacles import Spectacles

LEFT, TOP, RIGHT, BOTTOM = 110, 20, 340, 232  # what moves of the 512-pixel figure
MIDDLE_X, MIDDLE_Y = 222.0, 112.0
HALF_WIDTH, HALF_HEIGHT = 75.0, 112.0
# In pixels of the figure, whose eyes are 47 apart: larger than life, because the outline of the
# hair does not turn along. 45 degrees move the nose by 0.36 of the eyes' distance; real heads, 0.27
# to 0.9 at about 37.
DEPTH: Final = 90.0
NOSE: Final = 30.0
NOSE_X, NOSE_Y, NOSE_WIDE, NOSE_UP, NOSE_DOWN = 220.0, 124.0, 24.0, 14.0, 16.0
NECK_BEGINS, NECK_ENDS = 176.0, 214.0
EYE_HALF_WIDTH, LID_UP, LID_DOWN = 12.0, 5.5, 5.0
MOUTH_X, MOUTH_Y, MOUTH_HALF_WIDTH = 220.0, 147.0, 19.0
MOUTH_OPEN: Final = 22.0  # a smile of teeth stays above; more and the mesh loses the lower lip
JAW: Final = 46.0  # pixels below the lips that move along
THROAT: Final = (38, 26, 52, 255)
BROW: Final = 12.0  # pixels above the eye where the stretched skin begins


@dataclass(frozen=True)
class Gesture:
    """One moment of a movement.

    `yaw` is in degrees to the person's own left, `pitch` down; eyes `closed`, `mouth` open and a
    step `nearer` are 0 to 1. A head alone does not show who comes nearer: `approached` does.
    """

    yaw: float = 0.0
    closed: float = 0.0
    mouth: float = 0.0
    pitch: float = 0.0
    nearer: float = 0.0


STILL: Final = Gesture()
APPROACH: Final = 0.3  # how much larger a face is after a step nearer


def approached(scale: float, gesture: Gesture) -> float:
    """Return the scale of a face after as much of a step nearer as the gesture says.

    `scale` is in pixels of the frame by one of the figure.
    """
    return scale * (1 + APPROACH * gesture.nearer)


class Head:
    """One figure (512x512 BGRA) whose head can move; what does not change is computed once."""

    def __init__(
        self,
        figure: NDArray[np.uint8],
        worn: Spectacles | None = None,
        lids: tuple[float, float] = (0.0, 0.0),
    ) -> None:
        """Compute the depth of each pixel and how far it moves along with the head.

        `worn` is before the face; `lids` is how far each lid of open eyes is down, 0 to 1.
        """
        self.figure, self._worn, self._lids = figure, worn, lids
        rows, columns = np.mgrid[TOP:BOTTOM, LEFT:RIGHT].astype(np.float32)
        self._rows, self._columns = rows, columns
        across, down = (columns - MIDDLE_X) / HALF_WIDTH, (rows - MIDDLE_Y) / HALF_HEIGHT
        round_part = DEPTH * np.sqrt(np.clip(1 - across**2 - down**2, 0, None))
        self._depth = round_part + NOSE * _nose(columns, rows)
        sides = np.clip((1.12 - np.abs(across)) / 0.22, 0, 1)
        self._share = sides * np.clip((NECK_ENDS - rows) / (NECK_ENDS - NECK_BEGINS), 0, 1)

    def doing(self, gesture: Gesture) -> NDArray[np.uint8]:
        """Return the figure with this gesture."""
        plain = self._worn is None and not any(self._lids)
        if plain and replace(gesture, nearer=0.0) == STILL:
            return self.figure
        from_x, from_y = self._columns, self._rows
        figure = self._gaping(gesture.mouth) if gesture.mouth > 0 else self.figure
        if gesture.closed > 0 or any(self._lids):
            from_y = self._lidded(min(1.0, gesture.closed))
        if gesture.yaw:
            from_x, from_y = self._turned(gesture.yaw, from_y)
        if gesture.pitch:
            from_x, from_y = self._bowed(gesture.pitch, from_x, from_y)
        moved = cv2.remap(figure, from_x, from_y, cv2.INTER_CUBIC)
        if self._worn is not None:
            moved = self._worn.on(moved, *self._without_lids(gesture), LEFT, TOP)
        drawn = self.figure.copy()
        drawn[TOP:BOTTOM, LEFT:RIGHT] = moved
        return drawn

    def _without_lids(self, gesture: Gesture) -> tuple[Any, Any]:
        """Return column and row from which each pixel of what is worn comes; None: its own."""
        if not (gesture.yaw or gesture.pitch):
            return None, None
        from_x, from_y = self._columns, self._rows
        if gesture.yaw:
            from_x, from_y = self._turned(gesture.yaw, from_y)
        if gesture.pitch:
            from_x, from_y = self._bowed(gesture.pitch, from_x, from_y)
        return from_x, from_y

    def _gaping(self, mouth: float) -> NDArray[np.uint8]:
        """Return the figure with its jaw down: what is below the lips moves, between is dark."""
        arc = np.sqrt(np.clip(1 - ((self._columns - MOUTH_X) / MOUTH_HALF_WIDTH) ** 2, 0, None))
        down = self._rows - MOUTH_Y
        gap = mouth * MOUTH_OPEN * arc
        below = np.clip(1 - (down - gap) / JAW, 0, 1)  # the skin above the neck gives way
        from_y = np.where(down > 0, self._rows - gap * below, self._rows).astype(np.float32)
        drawn = self.figure.copy()
        face = cv2.remap(self.figure, self._columns, from_y, cv2.INTER_CUBIC)
        face[(down > 0) & (down < gap)] = THROAT
        drawn[TOP:BOTTOM, LEFT:RIGHT] = face
        return drawn

    def _lidded(self, closed: float) -> Any:
        """Return the row from which each pixel comes when the upper lids are `closed` (0 to 1)."""
        from_y = self._rows.copy()
        for (x, y), down in zip(EYES, self._lids, strict=True):
            arc = np.sqrt(np.clip(1 - ((self._columns - x) / EYE_HALF_WIDTH) ** 2, 0, None))
            upper, lower = y - LID_UP * arc, y + LID_DOWN * arc
            lid = upper + (down + (1 - down) * closed) * (lower - upper)
            brow = y - BROW
            stretched = brow + (self._rows - brow) * (upper - brow) / np.maximum(lid - brow, 1)
            inside = (arc > 0) & (self._rows > brow) & (self._rows <= lid)
            from_y = np.where(inside, stretched, from_y)
        return from_y.astype(np.float32)

    def _turned(self, degrees: float, from_y: Any) -> tuple[Any, Any]:
        """Return column and row from which each pixel comes.

        Points that nearer ones overtake are hidden.
        """
        turn = np.radians(degrees)
        away = (self._columns - MIDDLE_X) * (np.cos(turn) - 1) + self._depth * np.sin(turn)
        to_x = self._columns + self._share * away
        # The near side hides the far one: to the person's left, what comes later in a row.
        if degrees > 0:
            to_x = np.maximum.accumulate(to_x, axis=1)
        else:
            to_x = np.minimum.accumulate(to_x[:, ::-1], axis=1)[:, ::-1]
        wanted = self._columns[0]
        steps = np.arange(to_x.shape[1]) * 1e-4  # np.interp wants rising places
        from_x = np.stack([np.interp(wanted, row + steps, wanted) for row in to_x])
        rows = np.broadcast_to(np.arange(from_x.shape[0])[:, None], from_x.shape)
        return from_x.astype(np.float32), _sampled(from_y, rows, from_x - LEFT)

    def _bowed(self, degrees: float, from_x: Any, from_y: Any) -> tuple[Any, Any]:
        """Return column and row from which each pixel comes when the head is bowed.

        `from_x`, `from_y` are those of the head before; points that nearer ones overtake are
        hidden, as in `_turned`.
        """
        bow = np.radians(degrees)
        away = (self._rows - MIDDLE_Y) * (np.cos(bow) - 1) + self._depth * np.sin(bow)
        to_y = np.maximum.accumulate(self._rows + self._share * away, axis=0)
        wanted = self._rows[:, 0]
        steps = np.arange(to_y.shape[0]) * 1e-4
        own = np.stack([np.interp(wanted, column + steps, wanted) for column in to_y.T], axis=1)
        columns = np.broadcast_to(np.arange(own.shape[1])[None, :], own.shape)
        return tuple(_sampled(plane, own - TOP, columns) for plane in (from_x, from_y))


def _nose(columns: Any, rows: Any) -> Any:
    """Return how far each point stands out as part of the nose, 0 to 1.

    Much broader than a nose, so that nostrils and mouth move as they are instead of being torn.
    """
    down = rows - NOSE_Y
    tall = np.where(down < 0, NOSE_UP, NOSE_DOWN)
    return np.exp(-(((columns - NOSE_X) / NOSE_WIDE) ** 2 + (down / tall) ** 2) / 2)


def _sampled(plane: Any, rows: Any, columns: Any) -> Any:
    """Return the values of a plane at other columns of the same row."""
    return cv2.remap(plane, columns.astype(np.float32), rows.astype(np.float32), cv2.INTER_LINEAR)
