"""Printed enrolment cards, read as a scanner reads them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest


def card_texts(sheet: Path) -> list[str]:
    """Return what a scanner reads off the pictures of a printed page."""
    cv2 = pytest.importorskip("cv2")
    zxingcpp = pytest.importorskip("zxingcpp")
    resvg = pytest.importorskip("resvg_py")
    import numpy as np

    found = []
    for drawn in re.findall(r"<svg.*?</svg>", sheet.read_text("utf-8"), re.DOTALL):
        picture = resvg.svg_to_bytes(svg_string=drawn, width=300, background="white")
        pixels = cv2.imdecode(np.frombuffer(bytes(picture), np.uint8), cv2.IMREAD_GRAYSCALE)
        (read,) = zxingcpp.read_barcodes(pixels)
        found.append(read.text)
    return found
