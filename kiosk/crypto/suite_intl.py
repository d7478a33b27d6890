"""Cipher suite "intl": HPKE (RFC 9180) with X25519, HKDF-SHA256, AES-256-GCM; SHA-256."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

KEY_BYTES = 32
_HPKE = hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)


class Intl:
    """The algorithms of suite "intl"; keys are 32 bytes, sealing adds 48."""

    def digest(self, content: bytes) -> str:
        """Return the SHA-256 digest in hexadecimal."""
        return hashlib.sha256(content).hexdigest()

    def new_private(self, random: Callable[[int], bytes]) -> bytes:
        """Return a new private key; `random` returns as many random bytes as it is asked for."""
        return random(KEY_BYTES)

    def public_of(self, private: bytes) -> bytes:
        """Return the public key of a private one."""
        return _private_key(private).public_key().public_bytes_raw()

    def is_public(self, public: bytes) -> bool:
        """Return whether the bytes are as long as a public key; X25519 takes any 32 bytes."""
        return len(public) == KEY_BYTES

    def seal(self, content: bytes, public: bytes, info: bytes) -> bytes:
        # RFC 9180 §8.1: for a single message, info binds as well as aad; the library has no aad.
        """Return the encapsulated key and the sealed content (RFC 9180 §6.1).

        `public` is the receiver's key; `info` is not sealed, but has to be the same at opening.
        """
        return _HPKE.encrypt(content, X25519PublicKey.from_public_bytes(public), info)

    def open(self, sealed: bytes, private: bytes, info: bytes) -> bytes | None:
        """Return the content of `sealed`; None for another key, another info or changed bytes.

        `private` is the receiver's key; `info` has to be the same as at sealing.
        """
        try:
            return _HPKE.decrypt(sealed, _private_key(private), info)
        except InvalidTag:
            return None


@lru_cache(8)
def _private_key(private: bytes) -> X25519PrivateKey:
    """Return a private key ready for use: making it costs half as much as opening with it."""
    return X25519PrivateKey.from_private_bytes(private)
