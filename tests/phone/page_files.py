"""Files as companies have them: photographs, scans, and what is no page at all."""

from __future__ import annotations

import io
from typing import Any

from PIL import Image, ImageDraw

A4 = (1240, 1754)  # px at 150 dpi
SECRET_PLACE = b"taken at the factory gate"


def sheet(words: str = "page", size: tuple[int, int] = A4, mode: str = "RGB") -> Image.Image:
    """A page of paper with words on it."""
    found = Image.new(mode, size, "white")
    ImageDraw.Draw(found).text((100, 100), words, fill="black")
    return found


def saved(picture: Image.Image, kind: str, **how: Any) -> bytes:
    """The picture as a file of this kind."""
    out = io.BytesIO()
    picture.save(out, kind, **how)
    return out.getvalue()


def photograph(words: str = "page", turned: int = 1) -> bytes:
    """A photograph with what a telephone says of itself in it; `turned` as in EXIF."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = turned, SECRET_PLACE.decode()
    return saved(sheet(words), "JPEG", exif=exif)


def scan(*words: str) -> bytes:
    """A scanned PDF, a page for each of the words."""
    first, *rest = (sheet(one) for one in words)
    return saved(first, "PDF", save_all=True, append_images=rest)


def made_pdf(
    jpeg: bytes,
    catalog: str = "",
    page: str = "",
    resources: str = "",
    picture: str = "/Filter/DCTDecode",
    pages: int = 1,
) -> bytes:
    """A PDF of pages that are one picture, written by hand with what else stands in its parts."""
    leaf = f"<</Type/Page/Parent 2 0 R{page}/Resources<</XObject<</I 3 0 R>>{resources}>>>>"
    kids = " ".join(f"{4 + place} 0 R" for place in range(pages))
    stream = f"<</Type/XObject/Subtype/Image{picture}/Length {len(jpeg)}>>\nstream\n".encode()
    objects = [
        f"<</Type/Catalog/Pages 2 0 R{catalog}>>".encode(),
        f"<</Type/Pages/Count {pages}/Kids[{kids}]/MediaBox[0 0 595 842]>>".encode(),
        stream + jpeg + b"\nendstream",
        *([leaf.encode()] * pages),
    ]
    whole, places = b"%PDF-1.7\n", []
    for number, one in enumerate(objects, 1):
        places.append(len(whole))
        whole += b"%d 0 obj\n" % number + one + b"\nendobj\n"
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    tail = b"trailer\n<</Root 1 0 R/Size %d>>\nstartxref\n%d\n%%%%EOF"
    return whole + head + table + tail % (len(objects) + 1, len(whole))
