"""The process that looks for QR codes on one photograph of a stranger: limits first, one answer."""

from __future__ import annotations

import io
import json
import os
import sys

import zxingcpp
from PIL import Image, UnidentifiedImageError

from central.seal.form_process import limit_process
from central.seal.values import PhotoTrouble

SIDES = (1600, 3200)  # px: the smaller is quick, and steadier with noise
LONGEST, MOST = 512, 4  # characters of a code, codes
QR = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])


def main() -> None:
    """Read the request (one line of JSON, then the file) and print the answer as JSON.

    What the file makes this process raise ends it: the file then counts as damaged.
    """
    asked = json.loads(sys.stdin.buffer.readline())
    limit_process(asked)
    found = texts_of(sys.stdin.buffer.read(), asked["most_pixels"])
    said = {"trouble": found} if isinstance(found, PhotoTrouble) else {"texts": found}
    os.write(sys.stdout.fileno(), json.dumps(said).encode())


def texts_of(content: bytes, most_pixels: int) -> list[str] | PhotoTrouble:
    """Return what the QR codes of a JPEG or PNG say, [] for none, or why it can't be looked at."""
    Image.MAX_IMAGE_PIXELS = None  # by the limit below
    try:
        with Image.open(io.BytesIO(content), formats=("JPEG", "PNG")) as found:
            found.draft("L", (SIDES[-1], SIDES[-1]))  # a JPEG is then not even decoded in full
            if found.width * found.height > most_pixels:
                return PhotoTrouble.PIXELS
            whole = found.convert("L")
    except UnidentifiedImageError:
        return PhotoTrouble.NOT_PICTURE
    except (OSError, SyntaxError, ValueError):
        return PhotoTrouble.DAMAGED
    for side in SIDES:
        sized = whole.copy()
        sized.thumbnail((side, side))
        read = zxingcpp.read_barcodes(sized, formats=QR)
        texts = {one.text[:LONGEST] for one in read if one.text}
        if texts:
            return sorted(texts)[:MOST]
    return []


if __name__ == "__main__":
    main()
