"""The authentication between a simulated card and the centre: a test algorithm, both of its ends.

Real cards use keys and ciphers that no public source gives (LD/T 32). What is like the real thing:
a key for each card, derived from its identifier; challenges of eight bytes or more; answers of 16
bytes; one answer for each challenge, direction and key id.
"""

from __future__ import annotations

import hmac
from typing import Final

CENTRE_KEY: Final = b"the simulated centre's key, no real one"
EXTERNAL_KEY_ID: Final = 0x0A  # 00 82 00 0A (cards.md §2.4)
CRYPTOGRAM_BYTES: Final = 16


def external_response(identifier: bytes, key_id: int, challenge: bytes) -> bytes:
    """Return what the centre sends to a card: 16 bytes for EXTERNAL AUTHENTICATE.

    `identifier` is item 01 (16 bytes), `key_id` the number of the card's key, `challenge` what GET
    CHALLENGE gave.
    """
    return _cryptogram(b"external", identifier, key_id, challenge)


def internal_response(identifier: bytes, key_id: int, challenge: bytes) -> bytes:
    """Return what a genuine card answers to INTERNAL AUTHENTICATE: 16 bytes.

    `identifier`, `key_id` and `challenge` as for `external_response`.
    """
    return _cryptogram(b"internal", identifier, key_id, challenge)


def _cryptogram(direction: bytes, identifier: bytes, key_id: int, challenge: bytes) -> bytes:
    card_key = hmac.digest(CENTRE_KEY, identifier, "sha256")
    text = direction + bytes([key_id]) + challenge
    return hmac.digest(card_key, text, "sha256")[:CRYPTOGRAM_BYTES]
