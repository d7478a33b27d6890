"""Looking through a certificate's PDF for what does more than be printed.

The file comes from outside. `scan_pdf` runs in a process of its own (`file_check`).
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from pyhanko.pdf_utils.generic import ArrayObject, DictionaryObject, IndirectObject
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader

from central.results.reading import ResultTrouble

if TYPE_CHECKING:
    from collections.abc import Iterator

# ISO 32000-2: scripts and actions that start by themselves (12.6.3, 12.6.4.17), forms that send
# (XFA), files that are carried along (7.11.4), moving pictures and 3D (13).
_KEYS = ("/JS", "/JavaScript", "/AA", "/XFA", "/EF", "/EmbeddedFiles", "/RichMediaContent")
_ACTIONS = (
    "/JavaScript",
    "/Launch",
    "/SubmitForm",
    "/ImportData",
    "/GoToR",
    "/GoToE",
    "/Rendition",
    "/Movie",
    "/Sound",
    "/RichMediaExecute",
)
_ANNOTATIONS = ("/RichMedia", "/Movie", "/Sound", "/Screen", "/3D", "/FileAttachment")


def scan_pdf(pdf: bytes, most_pages: int) -> ResultTrouble | None:
    """Return why a PDF is not taken as a certificate, None for one that is.

    It has to open without a password, have one to `most_pages` pages, and no script, no action
    that starts a program or sends something, no file inside, no sound or film. A link is allowed:
    nothing happens before somebody presses it. A file that was made to do harm may raise anything.
    """
    try:
        reader = PdfFileReader(io.BytesIO(pdf), strict=False)
        if reader.encrypted:
            return ResultTrouble.LOCKED
        pages = 0
        for one in _dictionaries(reader.root):
            if _is_active(one):
                return ResultTrouble.ACTIVE
            pages += _name(one, "/Type") == "/Page"
    except PdfError:
        return ResultTrouble.DAMAGED
    if not pages:
        return ResultTrouble.DAMAGED
    return ResultTrouble.PAGES if pages > most_pages else None


def _is_active(one: DictionaryObject) -> bool:
    return (
        any(key in one for key in _KEYS)
        or _name(one, "/S") in _ACTIONS
        or _name(one, "/Subtype") in _ANNOTATIONS
    )


def _name(one: DictionaryObject, key: str) -> str:
    return str(one[key]) if key in one else ""


def _dictionaries(root: DictionaryObject) -> Iterator[DictionaryObject]:
    """Yield every dictionary, those of streams too, that can be reached from the root."""
    seen: set[tuple[int, int]] = set()
    waiting: list[Any] = [root]
    while waiting:
        one = waiting.pop()
        if isinstance(one, IndirectObject):
            if (one.idnum, one.generation) in seen:
                continue
            seen.add((one.idnum, one.generation))
            one = one.get_object()  # type: ignore[no-untyped-call]
        if isinstance(one, DictionaryObject):
            yield one
            waiting += [one.raw_get(key) for key in one]
        elif isinstance(one, ArrayObject):
            waiting += [one.raw_get(place) for place in range(len(one))]
