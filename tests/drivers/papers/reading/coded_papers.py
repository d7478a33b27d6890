"""Papers with a QR or bar code, photographed on a desk, found and straightened."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import segno

from drivers.papers.sheet_finder import find_sheet, straighten
from drivers.simulated.scenes.desk_surface import DeskSurface
from drivers.simulated.scenes.paper_kinds import PIXELS_PER_MM, DrawnPaper, PaperKind
from script.benches.papers.photographs import draw_specimen, drawn

CODE_MM = 21.0  # as on the project's own forms (config/forms/parts.typ)


def qr_picture(text: str) -> Any:
    """Return a QR code with its quiet zone, as wide as on a form."""
    rows = [[0 if dark else 255 for dark in row] for row in segno.make(text, micro=False).matrix]
    code = np.pad(np.array(rows, np.uint8), 4, constant_values=255)
    side = round(CODE_MM * PIXELS_PER_MM)
    big = cv2.resize(code, (side, side), interpolation=cv2.INTER_NEAREST)
    return cv2.cvtColor(big, cv2.COLOR_GRAY2BGR)


def coded(paper: DrawnPaper, code: Any) -> DrawnPaper:
    """Return a paper with a code in its lower right corner."""
    picture = paper.picture.copy()
    height, width = code.shape[:2]
    bottom, right = (side - round(8 * PIXELS_PER_MM) for side in picture.shape[:2])
    picture[bottom - height : bottom, right - width : right] = code
    return DrawnPaper(picture, paper.lines)


def photographed(
    kind: PaperKind,
    disturbance: str = "tilted",
    paper: DrawnPaper | None = None,
    surface: DeskSurface = DeskSurface.DARK_WOOD,
) -> Any:
    """Return the straightened picture of a paper, cut out of a drawn photograph of a desk."""
    random = np.random.default_rng(11)
    specimen = draw_specimen(kind, surface, disturbance, random, paper or drawn(kind))
    outline = find_sheet(specimen.photograph.frame)
    assert outline is not None
    return straighten(specimen.photograph.frame, outline)
