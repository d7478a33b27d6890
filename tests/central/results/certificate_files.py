"""PDF files of certificates as offices hand them in, also such as nobody should take."""

from __future__ import annotations

import io

from pyhanko.pdf_utils.generic import (
    ArrayObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    PdfObject,
    StreamObject,
    pdf_string,
)
from pyhanko.pdf_utils.writer import PageObject, PdfFileWriter

A4 = (0, 0, 595, 842)
TITLE = "certificate of an invented person"
"""Words that stand in the file, to be looked for where they must not be."""


def certificate(pages: int = 1, **root: PdfObject) -> bytes:
    """A PDF with so many pages; `root`: more entries of its catalogue."""
    writer = PdfFileWriter()
    for _ in range(pages):
        words = StreamObject(stream_data=f"BT /F1 12 Tf ({TITLE}) Tj ET".encode())
        box = ArrayObject(NumberObject(one) for one in A4)
        writer.insert_page(PageObject(contents=writer.add_object(words), media_box=box))
    for name, value in root.items():
        writer.root[NameObject(f"/{name}")] = value
    kept = io.BytesIO()
    writer.write(kept)
    return kept.getvalue()


def entries(**said: PdfObject) -> DictionaryObject:
    """A dictionary of PDF."""
    return DictionaryObject({NameObject(f"/{name}"): value for name, value in said.items()})


def action(kind: str) -> DictionaryObject:
    """An action that starts when the file is opened."""
    return entries(S=NameObject(f"/{kind}"))


SCRIPT = entries(S=NameObject("/JavaScript"), JS=pdf_string("app.alert(1)"))


def locked() -> bytes:
    """A PDF that opens with a password alone."""
    writer = PdfFileWriter()
    writer.insert_page(
        PageObject(
            contents=writer.add_object(StreamObject(stream_data=b"")),
            media_box=ArrayObject(NumberObject(one) for one in A4),
        )
    )
    writer.encrypt("owner", "user")
    kept = io.BytesIO()
    writer.write(kept)
    return kept.getvalue()
