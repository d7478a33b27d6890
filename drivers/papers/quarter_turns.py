"""Pictures turned by quarter turns."""

from __future__ import annotations

from typing import Any, Final

import cv2

CLOCKWISE: Final = {
    1: cv2.ROTATE_90_CLOCKWISE,
    2: cv2.ROTATE_180,
    3: cv2.ROTATE_90_COUNTERCLOCKWISE,
}


def turned(picture: Any, quarter_turns: int) -> Any:
    """Return a picture turned clockwise, the same one for 0; raises KeyError beyond 0 to 3."""
    return cv2.rotate(picture, CLOCKWISE[quarter_turns]) if quarter_turns else picture
