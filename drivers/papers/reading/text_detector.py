"""The text detector of PP-OCR (differentiable binarization), through OpenCV's own engine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

SIDE: Final = 960  # pixels: one shape, because the engine keeps its buffers for every other one
MEAN: Final = (123.675, 116.28, 103.53)  # of ImageNet, as the network was trained
DEVIATION: Final = (58.395, 57.12, 57.375)
TEXT: Final = 0.3  # least probability of a pixel of text
SURE: Final = 0.5  # least mean probability of a line
THINNEST: Final = 3.0  # pixels of the searched copy
GROWTH: Final = 1.6  # the network finds the core of a line: its area by this is the line's


@dataclass(frozen=True)
class TextBox:
    """A line of text in a picture: corners in pixels, clockwise from the upper left of the text."""

    corners: NDArray[np.float32]

    @property
    def top(self) -> float:
        """Return how far down the line's middle lies, in pixels."""
        return float(self.corners[:, 1].mean())

    @property
    def left(self) -> float:
        """Return how far from the left the line begins, in pixels."""
        return float(np.min(self.corners[:, 0]))

    @property
    def right(self) -> float:
        """Return how far from the left the line ends, in pixels."""
        return float(np.max(self.corners[:, 0]))

    def turned(self, shape: tuple[int, ...]) -> TextBox:
        """Return the same line in a picture of this shape that was turned by half a turn."""
        size = np.array((shape[1], shape[0]), np.float32)
        return TextBox(size - np.roll(self.corners, 2, axis=0))

    @property
    def height(self) -> float:
        """Return the line's height in pixels."""
        return float(np.linalg.norm(self.corners[3] - self.corners[0]))


class TextDetector:
    """The detector; `model` has the bytes of its ONNX file.

    Raises cv2.error when they are no model.
    """

    def __init__(self, model: bytes) -> None:
        self._net = cv2.dnn.readNetFromONNX(np.frombuffer(model, np.uint8))

    def find(self, picture: Any) -> tuple[TextBox, ...]:
        """Return the lines of text in a BGR picture, from above, then from the left."""
        scale = SIDE / max(picture.shape[:2])
        small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        canvas = np.full((SIDE, SIDE, 3), 255, np.uint8)
        canvas[: small.shape[0], : small.shape[1]] = small[:SIDE, :SIDE]
        mean, deviation = np.array(MEAN, np.float32), np.array(DEVIATION, np.float32)
        numbers = (canvas.astype(np.float32) - mean) / deviation
        self._net.setInput(np.ascontiguousarray(numbers.transpose(2, 0, 1))[None])
        probability = self._net.forward()[0, 0]
        boxes = [TextBox(one / np.float32(scale)) for one in _boxes(probability)]
        return tuple(in_reading_order(boxes))


def in_reading_order(boxes: list[TextBox]) -> list[TextBox]:
    """Return lines from above, and those of one row from the left."""
    rows: list[list[TextBox]] = []
    for box in sorted(boxes, key=lambda one: one.top):
        if rows and abs(box.top - rows[-1][0].top) < box.height / 2:
            rows[-1].append(box)
        else:
            rows.append([box])
    return [box for row in rows for box in sorted(row, key=lambda one: one.left)]


def _boxes(probability: Any) -> list[NDArray[np.float32]]:
    mask = (probability > TEXT).astype(np.uint8)
    contours, _ = cv2.findContours(mask, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    found = []
    for contour in contours:
        middle, (width, height), angle = cv2.minAreaRect(contour)
        if min(width, height) < THINNEST or _mean_within(probability, contour) < SURE:
            continue
        more = width * height * GROWTH / (2 * (width + height)) * 2
        grown = (middle, (width + more, height + more), angle)
        found.append(_from_upper_left(cv2.boxPoints(grown).astype(np.float32)))
    return found


def _mean_within(probability: Any, contour: Any) -> float:
    left, top, width, height = cv2.boundingRect(contour)
    mask = np.zeros((height, width), np.uint8)
    cv2.drawContours(mask, [contour - (left, top)], -1, 1, cv2.FILLED)
    return float(cv2.mean(probability[top : top + height, left : left + width], mask)[0])


def _from_upper_left(corners: Any) -> Any:
    """Return corners clockwise from the upper left, as of a line that runs to the right."""
    by_left = corners[np.argsort(corners[:, 0])]
    left = by_left[:2][np.argsort(by_left[:2, 1])]
    right = by_left[2:][np.argsort(by_left[2:, 1])]
    return np.stack([left[0], right[0], right[1], left[1]]).astype(np.float32)
