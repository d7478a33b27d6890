"""Signed statements of the central service: receipts, acknowledgements and refusals.

Ed25519 over RFC 8785 JSON, by the receipt key that the terminal pins.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import MISSING, dataclass, field, fields
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Protocol, TypeVar

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from kiosk.crypto.envelope import KEY_BYTES, base64_of, bytes_of, canonical, key_id, object_of

VERSION = 1
ALGORITHM = "ed25519"


@dataclass(frozen=True)
class Receipt:
    """The central service's promise that it has the application with this id and digest."""

    id: str
    digest: str
    terminal: str
    sequence: int
    case_number: str  # 亳退 0042 7138
    received_at: datetime
    due_on: date
    key_id: str

    def document(self) -> dict[str, Any]:
        """Return the members that are signed."""
        named = {one.name: getattr(self, one.name) for one in fields(self)}
        dates = {"received_at": self.received_at.isoformat(), "due_on": self.due_on.isoformat()}
        return {"version": VERSION, **named, **dates}


@dataclass(frozen=True)
class Acknowledgement:
    """The central service's promise that a body other than an application arrived.

    `digest` is the SHA-256 of the request's body (of papers: of the whole blob).
    """

    path: str
    digest: str
    terminal: str
    received_at: datetime
    key_id: str

    def document(self) -> dict[str, Any]:
        """Return the members that are signed."""
        named = {one.name: getattr(self, one.name) for one in fields(self)}
        return {"version": VERSION, **named, "received_at": self.received_at.isoformat()}


@dataclass(frozen=True)
class SignedRefusal:
    """The central service's statement that it will never take this body at this path.

    `digest` is the SHA-256 of the request's body (of papers: of the whole blob), `type` the word of
    openapi.yaml, `application_id` the person's case under way when that is why.
    """

    path: str
    digest: str
    terminal: str
    type: str
    refused_at: datetime
    key_id: str
    application_id: str = ""

    def document(self) -> dict[str, Any]:
        """Return the members that are signed; an RFC 9457 problem's may stand beside them."""
        named = {one.name: getattr(self, one.name) for one in fields(self)}
        if not self.application_id:
            del named["application_id"]
        return {"version": VERSION, **named, "refused_at": self.refused_at.isoformat()}


_Said = TypeVar("_Said", Receipt, Acknowledgement, SignedRefusal)


class Trust(Protocol):
    """The keys whose signatures count: one pinned key, or it and those that it announced."""

    def named(self, name: str) -> ReceiptKey | None:
        """Return the trusted key with this id."""


@dataclass(frozen=True)
class ReceiptKey:
    """The central service's public key for receipts: 32 bytes."""

    id: str
    public: bytes

    def document(self) -> dict[str, str]:
        """Return the JSON form: algorithm, id, public (base64)."""
        return {"algorithm": ALGORITHM, "id": self.id, "public": base64_of(self.public)}

    def named(self, name: str) -> ReceiptKey | None:
        """Return itself when that is its id, else None."""
        return self if name == self.id else None


@dataclass(frozen=True)
class SigningKey:
    """The private key for receipts: 32 bytes."""

    private: bytes = field(repr=False)

    @property
    def receipt_key(self) -> ReceiptKey:
        """Return the public key of the pair, with which signatures are verified."""
        return _pair_of(self.private)[1]


@lru_cache(8)
def _pair_of(private: bytes) -> tuple[Ed25519PrivateKey, ReceiptKey]:
    """Return a private key ready for use and its public one: a service signs with it for years."""
    key = Ed25519PrivateKey.from_private_bytes(private)
    public = key.public_key().public_bytes_raw()
    return key, ReceiptKey(key_id(public), public)


def new_signing_key(random: Callable[[int], bytes]) -> SigningKey:
    """Return a new key made from `random(32)`; use os.urandom outside tests."""
    return SigningKey(random(KEY_BYTES))


def sign_receipt(receipt: Receipt, key: SigningKey) -> bytes:
    """Return canonical JSON: the receipt and "signature" (base64) over the rest of it."""
    return sign_document(receipt.document(), key)


def sign_acknowledgement(acknowledgement: Acknowledgement, key: SigningKey) -> bytes:
    """Return canonical JSON: the acknowledgement and its signature."""
    return sign_document(acknowledgement.document(), key)


def sign_refusal(refusal: SignedRefusal, problem: Mapping[str, Any], key: SigningKey) -> bytes:
    """Return canonical JSON: problem and refusal together, and the signature of `key` over both."""
    return sign_document({**problem, **refusal.document()}, key)


def sign_document(document: Mapping[str, Any], key: SigningKey) -> bytes:
    """Return canonical JSON: the document and "signature" (base64) over the rest of it."""
    signature = _pair_of(key.private)[0].sign(canonical(document))
    return canonical({**document, "signature": base64_of(signature)})


def verify_receipt(
    body: bytes, trust: Trust, application_id: str, content_digest: str
) -> Receipt | None:
    """Return the receipt when a trusted key signed it for this id and digest, else None.

    `body` is the answer of the central service; `trust` knows the keys whose signatures count;
    `content_digest` is the digest that the application was sealed with.
    """
    document = verify_document(body, trust)
    receipt = _read(Receipt, document) if document is not None else None
    if receipt is None or (receipt.id, receipt.digest) != (application_id, content_digest):
        return None
    return receipt


def verify_acknowledgement(
    body: bytes, trust: Trust, path: str, body_digest: str
) -> Acknowledgement | None:
    """Return the acknowledgement when a trusted key signed it for this path and digest.

    None otherwise. `body_digest` is the SHA-256 of the request's body.
    """
    document = verify_document(body, trust)
    found = _read(Acknowledgement, document) if document is not None else None
    if found is None or (found.path, found.digest) != (path, body_digest):
        return None
    return found


def verify_refusal(body: bytes, trust: Trust, path: str, body_digest: str) -> SignedRefusal | None:
    """Return the refusal when a trusted key signed it for this path and digest, else None.

    `body_digest` is the SHA-256 of the request's body. None means that the answer may come from a
    gateway on the way.
    """
    document = verify_document(body, trust)
    found = _read(SignedRefusal, document) if document is not None else None
    if found is None or (found.path, found.digest) != (path, body_digest):
        return None
    return found


def verify_document(body: bytes, trust: Trust) -> dict[str, Any] | None:
    """Return the document when a trusted key, which it names, signed it; otherwise None."""
    document = object_of(body)
    if document is None or (key := trust.named(str(document.get("key_id")))) is None:
        return None
    return document if _signed(document, key) else None


def parse_receipt_key(document: Mapping[str, object]) -> ReceiptKey | None:
    """Return the key of `ReceiptKey.document`; None when it is not one."""
    public = bytes_of(document.get("public"))
    if document.get("algorithm") != ALGORITHM or public is None or len(public) != KEY_BYTES:
        return None
    return ReceiptKey(key_id(public), public) if document.get("id") == key_id(public) else None


def _signed(document: dict[str, Any], key: ReceiptKey) -> bool:
    signature = bytes_of(document.pop("signature", None))
    if signature is None:
        return False
    try:
        signed = canonical(document)
        Ed25519PublicKey.from_public_bytes(key.public).verify(signature, signed)
    except (InvalidSignature, ValueError, RecursionError):
        return False
    return True


def _read(kind: type[_Said], document: Mapping[str, Any]) -> _Said | None:
    """Return a statement whose signature is right; None for another version or a wrong type.

    A newer service may say more: members that are not known here are ignored, unless the document
    lists them in its member "critical" (the rule of RFC 7515 §4.1.11).
    """
    known = {one.name for one in fields(kind)}
    if document.get("version") != VERSION or not understood(document, known):
        return None
    try:
        return kind(
            **{
                one.name: _READERS[str(one.type)](document[one.name])
                for one in fields(kind)
                if one.name in document or one.default is MISSING
            }
        )
    except (KeyError, TypeError, ValueError):
        return None


def understood(document: Mapping[str, Any], known: Collection[str]) -> bool:
    """Return whether every member that the document lists as critical is in `known`."""
    critical = document.get("critical", [])
    if not isinstance(critical, list):
        return False
    return all(isinstance(name, str) and name in known for name in critical)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _whole(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError
    return value


_READERS: Mapping[str, Callable[[Any], Any]] = {
    "str": _text,
    "int": _whole,
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
}
