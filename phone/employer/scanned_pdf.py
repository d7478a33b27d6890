"""The pages of a scanned PDF: one JPEG each (ISO 32000-2, 7.4.8), taken out without drawing.

Nothing that is drawn beside the picture may be lost unseen: a page with text, with several
pictures or with another kind of picture is refused, and the words say how to save it instead. The
file comes from outside; this runs in a process of its own (`page_process`).
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from pyhanko.pdf_utils.generic import DictionaryObject, StreamObject
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader

from central.results.pdf_scan import scan_pdf
from central.results.reading import ResultTrouble
from phone.employer.page_values import PageTrouble

JPEG, PACKED = "/DCTDecode", "/FlateDecode"
QUARTER = 90
_DEEPEST = 32  # a tree of pages
_WORDS = {
    ResultTrouble.LOCKED: PageTrouble.LOCKED,
    ResultTrouble.ACTIVE: PageTrouble.ACTIVE,
    ResultTrouble.PAGES: PageTrouble.PAGES,
}


@dataclass(frozen=True)
class ScannedPage:
    """The picture of a page, to be turned by so many degrees clockwise."""

    jpeg: bytes = field(repr=False)
    turned: int = 0


def scans_of(pdf: bytes, most_pages: int) -> tuple[list[ScannedPage], PageTrouble | None]:
    """Return the pages of a scanned PDF, or why it is not taken; it may raise anything."""
    if trouble := scan_pdf(pdf, most_pages):
        return [], _WORDS.get(trouble, PageTrouble.DAMAGED)
    try:
        root = PdfFileReader(io.BytesIO(pdf), strict=False).root
        pages = [*_pages(root["/Pages"], {}, 0)]
        scans = [_scan_of(page, inherited) for page, inherited in pages]
    except (PdfError, KeyError):
        return [], PageTrouble.DAMAGED
    found = [one for one in scans if one is not None]
    if not found or len(found) < len(scans):
        return [], PageTrouble.NO_SCAN
    return found, None


def _pages(
    node: DictionaryObject, above: dict[str, Any], depth: int
) -> Iterator[tuple[DictionaryObject, dict[str, Any]]]:
    """Yield each page with what it inherits (7.7.3.4)."""
    if depth > _DEEPEST:
        raise PdfError("a tree of pages that is too deep")
    known = above | {name: node[name] for name in ("/Resources", "/Rotate") if name in node}
    if "/Kids" not in node:
        yield node, known
        return
    for place in range(len(node["/Kids"])):
        yield from _pages(node["/Kids"][place], known, depth + 1)


def _scan_of(page: DictionaryObject, inherited: dict[str, Any]) -> ScannedPage | None:
    """Return the one picture of a page; None for a page with anything else on it."""
    resources = inherited.get("/Resources", {})
    drawn = resources.get("/XObject", {})
    if resources.get("/Font") or page.get("/Annots") or len(drawn) != 1:
        return None
    picture = drawn[next(iter(drawn))]
    if not isinstance(picture, StreamObject) or picture.get("/Subtype") != "/Image":
        return None
    filters = picture.get("/Filter")
    named = [filters] if isinstance(filters, str) else [*(filters or ())]
    if named != [JPEG] or any(name in picture for name in ("/SMask", "/Mask", "/Decode")):
        return None
    turned = int(inherited.get("/Rotate", 0))
    return None if turned % QUARTER else ScannedPage(picture.encoded_data, turned)
