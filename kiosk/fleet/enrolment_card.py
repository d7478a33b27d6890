"""The text in the QR code of an enrolment card: a one-time code and nothing else.

No address, path or limit comes by a card: whoever lays another one in front of the scanner could
otherwise send a terminal elsewhere.
"""

from __future__ import annotations

import re

PREFIX = "RKE1:"
CODE = re.compile(r"[0-9A-Za-z-]{8,20}")


def payload_of(code: str) -> str:
    """Return the text for the QR code of a card with this one-time code."""
    return PREFIX + code


def code_in(text: str) -> str | None:
    """Return the one-time code in what was scanned or typed; None when it holds none.

    A scanner that acts as a keyboard types the text of the card; a technician the code alone.
    """
    said = text.strip()
    code = said[len(PREFIX) :] if said.upper().startswith(PREFIX) else said
    return code if CODE.fullmatch(code) else None
