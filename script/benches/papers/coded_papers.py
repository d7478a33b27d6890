"""Papers with a QR or bar code in a corner."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import segno

from drivers.simulated.scenes.paper_kinds import PIXELS_PER_MM, DrawnPaper

CODE_MM = 21.0  # as on the project's own forms (config/forms/parts.typ)
FROM_EDGE_MM = 8.0


def qr_picture(text: str) -> Any:
    """Return a QR code with its quiet zone, as wide as on a form."""
    rows = [[0 if dark else 255 for dark in row] for row in segno.make(text, micro=False).matrix]
    code = np.pad(np.array(rows, np.uint8), 4, constant_values=255)
    side = round(CODE_MM * PIXELS_PER_MM)
    big = cv2.resize(code, (side, side), interpolation=cv2.INTER_NEAREST)
    return cv2.cvtColor(big, cv2.COLOR_GRAY2BGR)


def coded(paper: DrawnPaper, code: Any) -> DrawnPaper:
    """Return a paper with the picture of a code in its lower right corner."""
    picture = paper.picture.copy()
    height, width = code.shape[:2]
    bottom, right = (side - round(FROM_EDGE_MM * PIXELS_PER_MM) for side in picture.shape[:2])
    picture[bottom - height : bottom, right - width : right] = code
    return DrawnPaper(picture, paper.lines)
