"""A file that somebody says is a form: what it names of itself, and what its seal is worth.

The file comes from anybody. `read_form_file` runs in a process of its own (`form_reader`).
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader

from central.seal.seal_check import check_seal
from central.seal.values import CODE, ID, KEYWORDS, SERVICE, WHOLE_FORMS, FileTrouble, FormFile
from kiosk.application.forms.compiler import ATTACHED
from kiosk.crypto.envelope import digest
from kiosk.json_decoder import decode_object

if TYPE_CHECKING:
    from datetime import datetime


def read_form_file(pdf: bytes, authority: bytes, now: datetime) -> FormFile | FileTrouble:
    """Return what a PDF names of itself, or why it is no form that can be read.

    `authority`: the certificate (PEM) that vouches for seals, b"" for none; `now`: when it has to
    count. A file that was made to do harm may raise anything.
    """
    try:
        reader = PdfFileReader(io.BytesIO(pdf))
        if reader.encrypted:
            return FileTrouble.ENCRYPTED
        named = KEYWORDS.fullmatch(_keywords_of(reader))
        attached = _attached_to(reader)
    except PdfError:
        return FileTrouble.DAMAGED
    said = decode_object(attached) if attached else None
    if named is None or said is None:
        return FileTrouble.FOREIGN
    form = str(said.get("service", "")) if named[1] == SERVICE else named[1]
    application_id = str(said.get("id", ""))
    if not (ID.fullmatch(application_id) and (form in WHOLE_FORMS or CODE.fullmatch(form))):
        return FileTrouble.FOREIGN
    seal = check_seal(reader, authority, now) if authority else None
    return FormFile(application_id, form, named[2], named[3], digest(attached), seal)


def _keywords_of(reader: PdfFileReader) -> str:
    try:
        return str(reader.trailer["/Info"]["/Keywords"])
    except KeyError:
        return ""


def _attached_to(reader: PdfFileReader) -> bytes:
    """Return the application's data that a form carries; b"" without any."""
    try:
        files = [one.get_object() for one in reader.root["/AF"]]
    except KeyError:
        return b""
    for one in files:
        if one["/F"] == ATTACHED:
            content: bytes = one["/EF"]["/F"].data
            return content
    return b""
