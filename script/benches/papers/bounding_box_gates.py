"""The first version's finder and gates, kept as the control of the paper bench.

It took the bounding box of the brightest part, and judged by the mean and by the variance of the
Laplacian. A bench in which it did as well as its successor would measure nothing.
"""

from __future__ import annotations

from typing import Any, Final

import cv2
import numpy as np

BRIGHTER: Final = 1.5  # a sheet, than the table that it lies on
SMALLEST: Final = 0.08  # share of the picture
DARKEST: Final = 60.0
LEAST_DETAIL: Final = 60.0  # variance of the Laplacian, at 1,000 pixels of width


def find_bounding_box(frame: Any) -> tuple[int, int, int, int] | None:
    """Return x, y, width and height in pixels of the brightest part, None where there is none."""
    height, width = frame.shape[:2]
    grey = cv2.GaussianBlur(cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY), (9, 9), 0)
    _, bright = cv2.threshold(grey, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    if cv2.mean(grey, bright)[0] < BRIGHTER * cv2.mean(grey, cv2.bitwise_not(bright))[0]:
        return None
    closed = cv2.morphologyEx(bright, cv2.MORPH_CLOSE, cv2.getStructuringElement(0, (25, 25)))
    contours, _ = cv2.findContours(closed, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    largest = max(contours, key=cv2.contourArea, default=None)
    if largest is None or cv2.contourArea(largest) < SMALLEST * width * height:
        return None
    x, y, across, down = (int(value) for value in cv2.boundingRect(largest))
    if x <= 1 or y <= 1 or x + across >= width - 1 or y + down >= height - 1:
        return None
    filled = cv2.contourArea(largest) >= 0.6 * across * down or _is_tilted(largest)
    return (x, y, across, down) if filled else None


def accepts(frame: Any) -> bool:
    """Tell whether the first version took the picture without a doubt."""
    box = find_bounding_box(frame)
    if box is None:
        return False
    x, y, across, down = box
    paper = frame[y : y + down, x : x + across]
    grey = cv2.cvtColor(paper, cv2.COLOR_BGR2GRAY)
    return bool(grey.mean() >= DARKEST) and _detail(grey) >= LEAST_DETAIL


def _is_tilted(contour: Any) -> bool:
    _, (across, down), _ = cv2.minAreaRect(contour)
    return bool(cv2.contourArea(contour) > 0.8 * across * down)


def _detail(grey: Any) -> float:
    height = max(1, round(grey.shape[0] * 1000 / grey.shape[1]))
    small = cv2.resize(grey, (1000, height), interpolation=cv2.INTER_AREA)
    return float(np.var(cv2.Laplacian(small, cv2.CV_64F)))
