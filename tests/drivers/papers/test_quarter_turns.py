"""A picture is turned clockwise by quarter turns, and so is the JPEG of a paper."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from drivers.devices.paper_camera import turn_picture
from drivers.papers.quarter_turns import turned

RED, BLUE, WHITE = (0, 0, 255), (255, 0, 0), (255, 255, 255)


def with_marks() -> np.ndarray:
    """Return a wide white picture, red in the upper left corner, blue in the upper right one."""
    picture = np.full((160, 320, 3), WHITE, np.uint8)
    picture[:64, :64], picture[:64, -64:] = RED, BLUE
    return picture


@pytest.mark.parametrize(
    ("turns", "red", "blue"),
    [
        (0, (10, 10), (10, -10)),
        (1, (10, -10), (-10, -10)),
        (2, (-10, -10), (-10, 10)),
        (3, (-10, 10), (10, 10)),
    ],
)
def test_a_picture_of_a_paper_is_turned_with_its_preview(turns, red, blue) -> None:
    picture = with_marks()
    assert tuple(turned(picture, turns)[red]) == RED
    assert tuple(turned(picture, turns)[blue]) == BLUE
    made = turn_picture(bytes(cv2.imencode(".jpg", picture)[1]), turns)
    assert (made.width, made.height) == ((320, 160) if turns % 2 == 0 else (160, 320))
    assert made.preview is not None
    shape = (made.preview.height, made.preview.width, 3)
    seen = np.frombuffer(made.preview.pixels, np.uint8).reshape(shape)
    assert seen[red].argmax() == 2
    assert seen[blue].argmax() == 0
    assert made.doubt is None
