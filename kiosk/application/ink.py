"""Strokes of a finger, reduced to what the central service accepts."""

from __future__ import annotations

# The central service takes 320 KiB. Who signs for minutes must not be refused for it afterwards.
MOST_STROKES, MOST_POINTS = 500, 4000
Ink = tuple[tuple[tuple[float, float, float], ...], ...]
"""Strokes of (x mm, y mm, seconds since the first point), origin at the field's upper left."""
KEY_MARK: Ink = (((40.0, 20.0, 0.0), (100.0, 80.0, 0.0)), ((100.0, 20.0, 0.0), (40.0, 80.0, 0.0)))
"""The cross that a key sets; its strokes take no time, so no finger can have drawn it."""


def strokes_of(ink: Ink) -> list[list[list[float]]]:
    """Return the strokes, with their points thinned out evenly as far as needed."""
    kept = ink[:MOST_STROKES]
    step = 1 + sum(map(len, kept)) // MOST_POINTS
    return [[[round(value, 2) for value in point] for point in line[::step]] for line in kept]
