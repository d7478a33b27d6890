"""Cipher suite "intl": HPKE (RFC 9180) with X25519, HKDF-SHA256, AES-256-GCM; SHA-256."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

KEY_BYTES = 32
_HPKE = hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)


class Intl:
    """The algorithms of suite "intl"; keys are 32 bytes, sealing adds 48."""

    def digest(self, content: bytes) -> str:
        return hashlib.sha256(content).hexdigest()

    def new_private(self, random: Callable[[int], bytes]) -> bytes:
        return random(KEY_BYTES)

    def public_of(self, private: bytes) -> bytes:
        return X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()

    def is_public(self, public: bytes) -> bool:
        return len(public) == KEY_BYTES

    def seal(self, content: bytes, public: bytes, info: bytes) -> bytes:
        # RFC 9180 §8.1: for a single message, info binds as well as aad; the library has no aad.
        return _HPKE.encrypt(content, X25519PublicKey.from_public_bytes(public), info)

    def open(self, sealed: bytes, private: bytes, info: bytes) -> bytes | None:
        try:
            return _HPKE.decrypt(sealed, X25519PrivateKey.from_private_bytes(private), info)
        except InvalidTag:
            return None
