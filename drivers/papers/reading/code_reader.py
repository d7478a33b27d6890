"""QR and bar codes on a photographed paper, by zxing-cpp."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import zxingcpp

from kiosk.paper_text import ReadField

if TYPE_CHECKING:
    from collections.abc import Iterator

QR_CODE: Final = "qr_code"
BAR_CODE: Final = "bar_code"
FORMATS: Final = {
    zxingcpp.BarcodeFormat.QRCode: QR_CODE,
    zxingcpp.BarcodeFormat.DataMatrix: QR_CODE,
    zxingcpp.BarcodeFormat.Code128: BAR_CODE,
    zxingcpp.BarcodeFormat.Code39: BAR_CODE,
}
"""The field that a code fills, by what papers of offices carry. Retail codes are left out: they are
found where none is, in the lines of a table."""
WANTED: Final = zxingcpp.BarcodeFormats(list(FORMATS))
LONGEST: Final = 512  # characters; what is longer is no number that anybody compares


def read_codes(picture: Any) -> tuple[ReadField, ...]:
    """Return what the codes of a BGR picture say, the first QR code and the first bar code.

    A code's own error correction does not tell whether it belongs to the person: nothing of it
    counts as checked.
    """
    found = {one.name: one for one in reversed(tuple(_codes(picture)))}
    return tuple(found[name] for name in (QR_CODE, BAR_CODE) if name in found)


def _codes(picture: Any) -> Iterator[ReadField]:
    for one in zxingcpp.read_barcodes(picture, formats=WANTED, try_invert=False):
        text = " ".join(one.text.split())
        if text and len(text) <= LONGEST and text.isprintable():
            yield ReadField(FORMATS[one.symbology], text, is_checked=False)
