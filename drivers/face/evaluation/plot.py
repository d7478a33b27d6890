"""A plot of genuine and impostor distances, drawn with OpenCV."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

WIDTH, HEIGHT, MARGIN, BINS = 1000, 600, 70, 60
INK, GENUINE, IMPOSTORS, LINE = (30, 30, 30), (67, 76, 15), (76, 180, 242), (12, 42, 107)
FONT: Final = cv2.FONT_HERSHEY_SIMPLEX


def distributions(
    genuine: NDArray[np.float64],
    impostors: NDArray[np.float64],
    threshold: float,
    interval: tuple[float, float],
) -> bytes:
    """Return a PNG of both distributions as shares, with the threshold and its interval.

    `genuine` and `impostors` are distances of the same person and of others.
    """
    picture: Any = np.full((HEIGHT, WIDTH, 3), 255, np.uint8)
    highest = np.concatenate((genuine, impostors, [threshold]))
    most = float(np.max(highest))

    def x_of(value: float) -> int:
        return MARGIN + int((WIDTH - 2 * MARGIN) * value / most)

    low, high = (x_of(min(one, most)) for one in interval)
    cv2.rectangle(picture, (low, MARGIN), (high, HEIGHT - MARGIN), (235, 235, 235), -1)
    for values, colour in ((impostors, IMPOSTORS), (genuine, GENUINE)):
        _curve(picture, values, most, colour)
    cv2.line(picture, (x_of(threshold), MARGIN), (x_of(threshold), HEIGHT - MARGIN), LINE, 2)
    cv2.line(picture, (MARGIN, HEIGHT - MARGIN), (WIDTH - MARGIN, HEIGHT - MARGIN), INK, 1)
    for tick in np.linspace(0, most, 6):
        place = (x_of(float(tick)) - 18, HEIGHT - MARGIN + 24)
        cv2.putText(picture, f"{tick:.2f}", place, FONT, 0.5, INK, 1, cv2.LINE_AA)
    said = (
        (f"same person: {genuine.size}", GENUINE),
        (f"other persons: {impostors.size}", IMPOSTORS),
        (f"threshold {threshold:.3f} ({interval[0]:.3f} to {interval[1]:.3f})", LINE),
    )
    for at, (words, colour) in enumerate(said):
        place = (MARGIN, 26 + 18 * at)
        cv2.putText(picture, words, place, FONT, 0.55, colour, 1, cv2.LINE_AA)
    _, data = cv2.imencode(".png", picture)
    return bytes(data.tobytes())


def _curve(picture: Any, values: NDArray[np.float64], most: float, colour: Any) -> None:
    """Draw one histogram as a line; its highest bin reaches the top."""
    counts, _ = np.histogram(values, BINS, (0.0, most))
    heights = counts / max(1, int(np.max(counts)))
    bottom, room = HEIGHT - MARGIN, HEIGHT - 2 * MARGIN
    points = [
        (MARGIN + (WIDTH - 2 * MARGIN) * (at + 0.5) / BINS, bottom - room * height)
        for at, height in enumerate(heights)
    ]
    cv2.polylines(picture, [np.array(points, np.int32)], False, colour, 2, cv2.LINE_AA)
