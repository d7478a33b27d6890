"""What belongs to a signed form besides its data: strokes, and the JSON that is attached."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from central.seal.form_records import CODE_PATH
from kiosk.application.forms.check_code import check_code, check_secret
from kiosk.application.forms.compiler import FormSigning
from kiosk.application.ink import Ink
from kiosk.crypto.envelope import canonical

AUTHORITY = "authority"
"""The form on which whoever filed signs as the proxy."""


def signing_of(
    document: Mapping[str, Any], name: str, attached: bytes, pages: str = ""
) -> FormSigning:
    """Return the ink of whoever signed, in the place of the proxy on a power of attorney.

    `document` is the signed application, `name` the form's, `attached` canonical JSON. `pages` is
    the address of the pages where the form can be checked, "" for no code on it.
    """
    ink = _ink_of(document["signature"]["strokes"])
    own, second = ((), ink) if name == AUTHORITY else (ink, ())
    code = check_code(check_secret(canonical(document)), name)
    url = f"{pages.rstrip('/')}{CODE_PATH}{code}" if pages else ""
    return FormSigning(own, second, url, attached)


def _ink_of(strokes: list[list[list[float]]]) -> Ink:
    return tuple(tuple((x, y, at) for x, y, at in line) for line in strokes)
