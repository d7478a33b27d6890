"""The recogniser of PP-OCR: the characters of one line of text, through OpenCV's own engine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import cv2
import numpy as np

if TYPE_CHECKING:
    from drivers.papers.reading.text_detector import TextBox

HEIGHT: Final = 48  # pixels of a line, as the network was trained
WIDTHS: Final = (160, 320, 480, 640, 960, 1280)  # pixels: few shapes, see text_detector.SIDE
BLANK: Final = 0  # number of the step that is no character


@dataclass(frozen=True)
class ReadLine:
    """The characters of one line, and how sure the network is of them, 0 to 1."""

    text: str
    sureness: float


class TextRecogniser:
    """The recogniser; `model` has the bytes of its ONNX file, `characters` those that it knows.

    Raises cv2.error when they are no model.
    """

    def __init__(self, model: bytes, characters: tuple[str, ...]) -> None:
        self._net = cv2.dnn.readNetFromONNX(np.frombuffer(model, np.uint8))
        self._characters = characters

    def read(self, picture: Any, box: TextBox) -> ReadLine:
        """Return the characters of a line in a BGR picture."""
        line = _cut_out(picture, box)
        numbers = line.astype(np.float32) / 127.5 - 1
        padded = np.zeros((3, HEIGHT, _width_for(line.shape[1])), np.float32)
        padded[:, :, : line.shape[1]] = numbers.transpose(2, 0, 1)
        self._net.setInput(padded[None])
        return self._decode(self._net.forward()[0])

    def _decode(self, steps: Any) -> ReadLine:
        """Return the text of a CTC output: one step a row, one character a column."""
        best = steps.argmax(axis=1)
        fresh = np.concatenate([[True], best[1:] != best[:-1]]) & (best != BLANK)
        if not fresh.any():
            return ReadLine("", 0.0)
        text = "".join(self._characters[number - 1] for number in best[fresh])
        return ReadLine(text, float(steps.max(axis=1)[fresh].mean()))


def _width_for(width: int) -> int:
    return next(one for one in WIDTHS if one >= width)


def _cut_out(picture: Any, box: TextBox) -> Any:
    """Return a line, straight and `HEIGHT` high; one that is too long for any width is squeezed."""
    corners = box.corners
    across = float(np.linalg.norm(corners[1] - corners[0]))
    width = min(WIDTHS[-1], max(1, round(HEIGHT * across / max(box.height, 1.0))))
    flat = np.array([(0, 0), (width, 0), (width, HEIGHT), (0, HEIGHT)], np.float32)
    onto = cv2.getPerspectiveTransform(corners, flat)
    return cv2.warpPerspective(
        picture, onto, (width, HEIGHT), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
