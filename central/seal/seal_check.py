"""The check of a form's e-seal: who put it on, and whether it covers the whole file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyhanko.keys import load_certs_from_pemder_data
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator.context import ValidationContext

from central.seal.values import SealState

if TYPE_CHECKING:
    from datetime import datetime

    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature


def check_seal(reader: PdfFileReader, authority: bytes, now: datetime) -> SealState:
    """Return what the seal of a file is worth.

    `authority`: the certificate (PEM) that vouches for seals; `now`: when it has to count. A file
    with more than one signature is none of ours.
    """
    found = list(reader.embedded_signatures)
    if not found:
        return SealState.ABSENT
    if len(found) > 1:
        return SealState.BROKEN
    try:
        return _state_of(found[0], authority, now)
    except (PdfError, SignatureValidationError, ValueError):
        return SealState.BROKEN


def _state_of(seal: EmbeddedPdfSignature, authority: bytes, now: datetime) -> SealState:
    trusted = ValidationContext(
        trust_roots=list(load_certs_from_pemder_data(authority)), moment=now, allow_fetching=False
    )
    status = validate_pdf_signature(seal, trusted)
    if not (status.intact and status.valid):
        return SealState.BROKEN
    if status.coverage is not SignatureCoverageLevel.ENTIRE_FILE:
        return SealState.BROKEN
    return SealState.HOLDS if status.trusted else SealState.STRANGE
