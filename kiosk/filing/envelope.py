"""How is an application closed so that only the central service can open it? HPKE, RFC 9180.

Suite "intl": DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM; SHA-256 over RFC 8785 JSON.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

import rfc8785
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

MEDIA_TYPE = "application/vnd.kiosk.sealed+json"
VERSION = 1
KIND = "application"
KEY_BYTES = 32
_INFO = b"retirement-kiosk/1"
_HPKE = hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)


class Suite(StrEnum):
    """Sets of algorithms. GM (SM2, SM3, SM4) needs a certified provider that is not here yet."""

    INTL = "intl"
    GM = "gm"


class Refusal(StrEnum):
    """Why an envelope or a key is not used."""

    MALFORMED = "malformed"
    SUITE_UNAVAILABLE = "suite_unavailable"
    NOT_OPENED = "not_opened"  # another key, id or digest than it was sealed with
    DIGEST_WRONG = "digest_wrong"


@dataclass(frozen=True)
class SealingKey:
    """The central service's public key: 32 bytes."""

    id: str
    public: bytes

    def document(self) -> dict[str, str]:
        """Return the JSON form: suite, id, public (base64)."""
        return {"suite": Suite.INTL.value, "id": self.id, "public": text_of(self.public)}


@dataclass(frozen=True)
class OpeningKey:
    """The central service's private key: 32 bytes."""

    private: bytes = field(repr=False)

    @property
    def sealing(self) -> SealingKey:
        """Return the public half."""
        public = X25519PrivateKey.from_private_bytes(self.private).public_key().public_bytes_raw()
        return SealingKey(key_id(public), public)


@dataclass(frozen=True)
class Envelope:
    """A sealed application and what may be read on its outside."""

    id: str
    digest: str
    key_id: str
    terminal: str
    sequence: int
    sealed: bytes = field(repr=False)

    def encode(self) -> bytes:
        """Return the body of PUT /v1/applications/{id}."""
        outside = {"version": VERSION, "kind": KIND, "suite": Suite.INTL.value}
        return canonical({**asdict(self), **outside, "sealed": text_of(self.sealed)})


def canonical(value: Any) -> bytes:
    """Return RFC 8785 JSON. Raises ValueError for what JSON cannot say exactly."""
    return rfc8785.dumps(value)


def digest(content: bytes) -> str:
    """Return the SHA-256 in 64 hex digits."""
    return hashlib.sha256(content).hexdigest()


def key_id(public: bytes) -> str:
    """Return the name of a public key: the first 16 hex digits of its SHA-256."""
    return digest(public)[:16]


def new_opening_key(random: Callable[[int], bytes]) -> OpeningKey:
    """Make a key from `random(32)`; use os.urandom outside tests."""
    return OpeningKey(random(KEY_BYTES))


def seal(content: bytes, key: SealingKey, application_id: str, content_digest: str) -> bytes:
    """Return the HPKE ciphertext (48 bytes longer), bound to id and digest."""
    public = X25519PublicKey.from_public_bytes(key.public)
    return _HPKE.encrypt(content, public, _bound(application_id, content_digest))


def open_sealed(
    sealed: bytes, key: OpeningKey, application_id: str, content_digest: str
) -> bytes | Refusal:
    """Return the content; NOT_OPENED or DIGEST_WRONG otherwise."""
    private = X25519PrivateKey.from_private_bytes(key.private)
    try:
        content = _HPKE.decrypt(sealed, private, _bound(application_id, content_digest))
    except InvalidTag:
        return Refusal.NOT_OPENED
    return content if digest(content) == content_digest else Refusal.DIGEST_WRONG


def parse_envelope(body: bytes) -> Envelope | Refusal:
    """Read what `Envelope.encode` wrote; MALFORMED or SUITE_UNAVAILABLE otherwise."""
    document = object_of(body)
    if document is None or (document.get("version"), document.get("kind")) != (VERSION, KIND):
        return Refusal.MALFORMED
    if document.get("suite") != Suite.INTL:
        return _suite_refusal(document)
    sealed = bytes_of(document.get("sealed"))
    match document:
        case {
            "id": str(application_id),
            "digest": str(content_digest),
            "key_id": str(key),
            "terminal": str(terminal),
            "sequence": int(sequence),
        } if sealed is not None and not isinstance(sequence, bool):
            return Envelope(application_id, content_digest, key, terminal, sequence, sealed)
    return Refusal.MALFORMED


def parse_sealing_key(document: Mapping[str, object]) -> SealingKey | Refusal:
    """Read `SealingKey.document`; MALFORMED also when the id does not belong to the key."""
    if document.get("suite") != Suite.INTL:
        return _suite_refusal(document)
    public = bytes_of(document.get("public"))
    if public is None or len(public) != KEY_BYTES or document.get("id") != key_id(public):
        return Refusal.MALFORMED
    return SealingKey(key_id(public), public)


def object_of(body: bytes) -> dict[str, Any] | None:
    """Return a JSON object, or None."""
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return document if isinstance(document, dict) else None


def text_of(data: bytes) -> str:
    """Return base64."""
    return base64.b64encode(data).decode()


def bytes_of(text: object) -> bytes | None:
    """Return what strict base64 says, or None."""
    try:
        return base64.b64decode(text, validate=True) if isinstance(text, str) else None
    except ValueError:
        return None


def _suite_refusal(document: Mapping[str, object]) -> Refusal:
    known = document.get("suite") == Suite.GM
    return Refusal.SUITE_UNAVAILABLE if known else Refusal.MALFORMED


def _bound(application_id: str, content_digest: str) -> bytes:
    # RFC 9180 §8.1: for a single message, info binds as well as aad; the library takes info only.
    return b"\n".join((_INFO, application_id.encode(), content_digest.encode()))
