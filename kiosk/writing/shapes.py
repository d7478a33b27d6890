"""The shape of a written character as a vector, whatever the order of its strokes.

A map of 8 directions on 8 x 8 places: how much is drawn where, and in which direction. A pen that
was not lifted between strokes is matched by a second template with the strokes joined.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.floating[Any]]

GRID, DIRECTIONS = 8, 8
SIZE = GRID * GRID * DIRECTIONS
STEP = 0.02  # of the character's longer side
SLIMMEST = 0.3  # a character is never stretched more than this: 一 stays a line
BLUR = 0.25  # what a place shares with each neighbour

Point = tuple[float, float]
Strokes = Sequence[Sequence[Point]]
"""Strokes of (x, y), y downwards, in any unit."""


def shape_of(strokes: Strokes) -> Floats:
    """Return the shape, `SIZE` numbers of length 1; zeros when nothing is written."""
    import numpy as np  # noqa: PLC0415 - not at the start: few people write

    found = np.zeros((DIRECTIONS, GRID + 2, GRID + 2), np.float32)
    for points in _placed(strokes):
        _draw(points, found)
    _blur(found)
    flat = np.sqrt(found[:, 1:-1, 1:-1]).ravel()
    length = float(np.linalg.norm(flat))
    return (flat / length if length else flat).astype(np.float32)


def joined(strokes: Strokes) -> list[list[Point]]:
    """Return the strokes as one, as by a pen that was never lifted."""
    return [[point for stroke in strokes for point in stroke]]


def _placed(strokes: Strokes) -> list[Floats]:
    """Return the strokes scaled to the unit square, as points at even distances."""
    import numpy as np  # noqa: PLC0415

    lines = [np.asarray(stroke, np.float32).reshape(-1, 2) for stroke in strokes if len(stroke)]
    if not lines:
        return []
    every = np.concatenate(lines)
    low, span = every.min(0), np.ptp(every, axis=0)
    longest = max(*map(float, span), 1e-6)
    wide = np.maximum(span, SLIMMEST * longest)
    middle = low + span / 2
    return [_even((line - middle) / wide + 0.5) for line in lines]


def _even(line: Floats) -> Floats:
    """Return points `STEP` apart along a line; of a dot two points close together."""
    import numpy as np  # noqa: PLC0415

    if not np.ptp(line, axis=0).any():
        line = np.stack([line[0], line[0] + STEP])
    lengths = np.hypot(*np.diff(line, axis=0).T)
    along = np.concatenate([[0.0], np.cumsum(lengths)])
    count = max(2, round(float(along[-1]) / STEP) + 1)
    wanted = np.linspace(0, along[-1], count)
    xs, ys = (np.interp(wanted, along, line[:, axis]) for axis in (0, 1))
    return np.stack([xs, ys], 1).astype(np.float32)


def _draw(points: Floats, onto: Floats) -> None:
    """Add each piece of a line to its four nearest places and two nearest directions."""
    import numpy as np  # noqa: PLC0415

    pieces, middles = np.diff(points, axis=0), (points[1:] + points[:-1]) / 2
    lengths = np.hypot(pieces[:, 0], pieces[:, 1])
    turn = np.arctan2(pieces[:, 1], pieces[:, 0]) / (2 * np.pi) * DIRECTIONS % DIRECTIONS
    spot = np.clip(middles, 0, 1) * GRID + 0.5
    first, place = np.floor(turn).astype(int), np.floor(spot).astype(int)
    between, within = turn - first, spot - place
    for way, share in ((first, 1 - between), (first + 1, between)):
        for right, down in ((0, 0), (0, 1), (1, 0), (1, 1)):
            across = within[:, 0] if right else 1 - within[:, 0]
            along = within[:, 1] if down else 1 - within[:, 1]
            where = (way % DIRECTIONS, place[:, 1] + down, place[:, 0] + right)
            np.add.at(onto, where, lengths * share * across * along)


def _blur(found: Floats) -> None:
    """Spread each value to its neighbours, since hands do not hit the same place twice."""
    import numpy as np  # noqa: PLC0415

    for axis in (1, 2):
        found += BLUR * (np.roll(found, 1, axis) + np.roll(found, -1, axis))
