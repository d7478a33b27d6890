"""The terminal's key, which signs each request (RFC 9421, RFC 9530).

Here stands what both ends of a request agree on, and what a new or renewed key says of itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from kiosk.crypto.envelope import base64_of, bytes_of, canonical, digest, key_id

TAG = LABEL = "retirement-kiosk"
ALWAYS_SIGNED = ("@method", "@authority", "@path", "@query", "content-digest")
SIGNED_WHEN_THERE = ("content-type", "if-none-match", "kiosk-sequence", "kiosk-audit")
NONCE_BYTES = 16
CLOCK_WRONG = "clock-wrong"  # the problem that a request's time is too far from the service's
RENEWAL_PATH = "/v1/terminal/key"


@dataclass(frozen=True)
class TerminalKey:
    """An Ed25519 key of 32 bytes; `made_at` is aware, None for one that is never renewed."""

    private: bytes = field(repr=False)
    made_at: datetime | None = None

    @property
    def public(self) -> bytes:
        """Return the 32 bytes that the central service knows."""
        return self.signer().public_key().public_bytes_raw()

    @property
    def id(self) -> str:
        """Return how a signature names it."""
        return key_id(self.public)

    def signer(self) -> Ed25519PrivateKey:
        """Return the signing key. Raises ValueError when it is not 32 bytes."""
        return Ed25519PrivateKey.from_private_bytes(self.private)

    def prove(self, message: bytes) -> str:
        """Return base64 of the signature over `message`."""
        return base64_of(self.signer().sign(message))


def covered(names: Iterable[str]) -> tuple[str, ...]:
    """Return the components of a request with these headers that are signed."""
    there = {name.lower() for name in names}
    return (*ALWAYS_SIGNED, *(name for name in SIGNED_WHEN_THERE if name in there))


def proves(public_key: bytes, signature: str, message: bytes) -> bool:
    """Return whether the holder of `public_key` signed `message`; `signature` is base64."""
    found = bytes_of(signature)
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(found or b"", message)
    except (InvalidSignature, ValueError):
        return False
    return True


def claim_of(code: str, public_key: str) -> bytes:
    """Return what a new terminal signs to show that it holds the key (base64)."""
    return canonical({"code": code, "public_key": public_key})


def renewal_of(terminal: str, public_key: str) -> bytes:
    """Return what the next key signs; the request itself is signed by the one before."""
    return canonical({"terminal": terminal, "public_key": public_key})


def fingerprint(public_key: bytes) -> str:
    """Return six digits of a key for two people to compare."""
    return f"{int(digest(public_key), 16) % 1_000_000:06d}"
