"""Cipher suite "gm": SM2 (GM/T 0003.4) wraps a fresh SM4 key, SM4-GCM seals, SM3 hashes.

Sealed bytes: SM2 ciphertext C1 ‖ C3 ‖ C2 of the 16-byte key (113 bytes) ‖ nonce (12) ‖ SM4-GCM
ciphertext ‖ tag (16). SM2 is pure Python and not constant in time: the terminal only uses a public
key with it; a central service that opens should do so in a certified module.
"""

from __future__ import annotations

import os
from collections.abc import Callable

import gmalg
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.hashes import SM3, Hash
from gmalg.errors import GMError

PRIVATE_BYTES = 32
PUBLIC_BYTES = 65
SM4_KEY_BYTES = 16
NONCE_BYTES = 12
TAG_BYTES = 16
WRAPPED_BYTES = PUBLIC_BYTES + 32 + SM4_KEY_BYTES


class Gm:
    """The algorithms of suite "gm"; a private key has 32 bytes, a public one 65 (04 ‖ x ‖ y)."""

    def digest(self, content: bytes) -> str:
        """Return the SM3 digest (GB/T 32905) in hexadecimal."""
        sm3 = Hash(SM3())
        sm3.update(content)
        return sm3.finalize().hex()

    def new_private(self, random: Callable[[int], bytes]) -> bytes:
        """Return a new private key; `random` returns as many random bytes as it is asked for."""

        def bits(wanted: int) -> int:
            return int.from_bytes(random((wanted + 7) // 8)) >> (-wanted % 8)

        private, _public = gmalg.SM2(rnd_fn=bits).generate_keypair()
        return bytes(private).rjust(PRIVATE_BYTES, b"\0")

    def public_of(self, private: bytes) -> bytes:
        """Return the public key of a private one."""
        return bytes(gmalg.SM2().generate_pk(private))

    def is_public(self, public: bytes) -> bool:
        """Return whether the bytes are a point of the curve in uncompressed form."""
        try:
            return len(public) == PUBLIC_BYTES and bool(gmalg.SM2().verify_pk(public))
        except GMError:
            return False

    def seal(self, content: bytes, public: bytes, info: bytes) -> bytes:
        """Return the wrapped SM4 key, the nonce, the sealed content and its tag, in this order.

        `public` is the receiver's key; `info` is not sealed, but has to be the same at opening.
        """
        key, nonce = os.urandom(SM4_KEY_BYTES), os.urandom(NONCE_BYTES)
        wrapped = bytes(gmalg.SM2(pk=public).encrypt(key))
        closing = Cipher(algorithms.SM4(key), modes.GCM(nonce)).encryptor()
        closing.authenticate_additional_data(info)
        return wrapped + nonce + closing.update(content) + closing.finalize() + closing.tag

    def open(self, sealed: bytes, private: bytes, info: bytes) -> bytes | None:
        """Return the content of `sealed`; None for another key, another info or changed bytes.

        `private` is the receiver's key; `info` has to be the same as at sealing.
        """
        wrapped, rest = sealed[:WRAPPED_BYTES], sealed[WRAPPED_BYTES:]
        nonce, body, tag = rest[:NONCE_BYTES], rest[NONCE_BYTES:-TAG_BYTES], rest[-TAG_BYTES:]
        if len(rest) < NONCE_BYTES + TAG_BYTES:
            return None
        try:
            key = bytes(gmalg.SM2(private).decrypt(wrapped))
            opening = Cipher(algorithms.SM4(key), modes.GCM(nonce, tag)).decryptor()
            opening.authenticate_additional_data(info)
            return opening.update(body) + opening.finalize()
        except (GMError, InvalidTag):
            return None
