"""The process that makes pictures of one file of a stranger: limits first, then the file.

A picture is drawn anew as JPEG, so that nothing but what can be seen goes on: no place, no camera,
nothing that is hidden behind its end.
"""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Mapping
from typing import Any

from PIL import Image, ImageOps, UnidentifiedImageError

from central.seal.form_process import limit_process
from phone.employer.page_values import HEAD_BYTES, PDF_HEAD, PageTrouble
from phone.employer.scanned_pdf import scans_of

PLAIN = ("L", "LA", "RGB", "RGBA", "CMYK")  # what can be made smaller as it is


class UnfitFileError(Exception):
    """Why a file is not taken: a `PageTrouble`."""


def main() -> None:
    """Read the request (one line of JSON, then the file); answer with a line of JSON and pictures.

    What the file makes this process raise ends it: the file then counts as damaged.
    """
    asked = json.loads(sys.stdin.buffer.readline())
    limit_process(asked)
    try:
        pages = pages_of(sys.stdin.buffer.read(), asked)
        said: dict[str, Any] = {"trouble": "", "lengths": [len(one) for one in pages]}
    except UnfitFileError as error:
        pages, said = [], {"trouble": str(error), "lengths": []}
    whole = memoryview(b"".join([json.dumps(said).encode(), b"\n", *pages]))
    while whole:
        whole = whole[os.write(sys.stdout.fileno(), whole) :]


def pages_of(content: bytes, asked: Mapping[str, Any]) -> list[bytes]:
    """Return each page of a file (`content`) as JPEG, by the limits `asked` (`PageLimits`).

    Raises UnfitFileError.
    """
    if PDF_HEAD not in content[:HEAD_BYTES]:
        return [_drawn_anew(content, 0, asked)]
    scans, trouble = scans_of(content, asked["most_pages"])
    if trouble:
        raise UnfitFileError(trouble)
    return [_drawn_anew(one.jpeg, one.turned, asked) for one in scans]


def _drawn_anew(content: bytes, turned: int, asked: Mapping[str, Any]) -> bytes:
    """Return a picture as JPEG without anything else; `turned` degrees clockwise."""
    Image.MAX_IMAGE_PIXELS = None  # by the limit below
    side = asked["longest_side"]
    try:
        with Image.open(io.BytesIO(content), formats=("JPEG", "PNG")) as found:
            if found.width * found.height > asked["most_pixels"]:
                raise UnfitFileError(PageTrouble.PIXELS)
            if max(found.size) < asked["least_side"]:
                raise UnfitFileError(PageTrouble.SMALL)
            has_holes = found.mode in ("RGBA", "LA", "PA") or "transparency" in found.info
            # Smaller first: a JPEG is then not even decoded in full.
            whole = found if found.mode in PLAIN else found.convert("RGBA" if has_holes else "RGB")
            whole.thumbnail((side, side))
            upright = ImageOps.exif_transpose(whole).rotate(-turned, expand=True)
    except UnidentifiedImageError:
        raise UnfitFileError(PageTrouble.KIND) from None
    except (OSError, SyntaxError, ValueError):
        raise UnfitFileError(PageTrouble.DAMAGED) from None
    sheet = Image.new("RGB", upright.size, "white")
    drawn = upright.convert("RGBA" if has_holes else "RGB")
    sheet.paste(drawn, mask=drawn.getchannel("A") if has_holes else None)
    out = io.BytesIO()
    sheet.save(out, "JPEG", quality=asked["quality"])
    return out.getvalue()


if __name__ == "__main__":
    main()
