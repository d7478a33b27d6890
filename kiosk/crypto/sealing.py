"""AES-256-GCM under a key that both sides have: the nonce, then the ciphertext with its tag.

The nonce is random: fewer than 2^32 messages may be sealed with one key (NIST SP 800-38D, 8.3).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_BYTES: Final = 12
TAG_BYTES: Final = 16


def seal(key: bytes, plain: bytes, about: bytes | None, random: Callable[[int], bytes]) -> bytes:
    """Return `plain` sealed with `key` (32 bytes) and bound to `about`, the associated data.

    `random` returns as many bytes as it is asked for.
    """
    nonce = random(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain, about)


def unseal(key: bytes, sealed: bytes, about: bytes | None) -> bytes | None:
    """Return what `seal` was given; None for another key, other associated data or a change.

    `sealed` is what `seal` returned, `about` the associated data it was given.
    """
    try:
        return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], about)
    except (InvalidTag, ValueError):
        return None
