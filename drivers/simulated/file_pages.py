"""Pages of a personnel file as a company scans them, drawn: a photograph and a PNG."""

from __future__ import annotations

import io
from collections.abc import Mapping

from PIL import Image, ImageDraw

A4 = (1240, 1754)  # px at 150 dpi
LINE, LEFT, RIGHT = 90, 150, 1090


def file_pages() -> Mapping[str, bytes]:
    """Return two pages by the names of their files."""
    return {"page-1.jpg": _page(1, "JPEG"), "page-2.png": _page(2, "PNG")}


def _page(number: int, kind: str) -> bytes:
    sheet = Image.new("RGB", A4, (250, 248, 240))
    pen = ImageDraw.Draw(sheet)
    pen.text((LEFT, LINE), f"Demo: page {number} of a personnel file, invented", fill=(30, 30, 30))
    for line in range(2 * LINE, A4[1] - LINE, LINE):
        pen.line((LEFT, line, RIGHT, line), fill=(120, 120, 140), width=2)
    out = io.BytesIO()
    sheet.save(out, kind)
    return out.getvalue()
