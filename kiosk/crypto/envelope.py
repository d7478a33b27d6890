"""Sealed envelopes, which only the central service can open.

One suite of algorithms a key (kiosk/crypto/suites.py); the key's owner chose it. What is sealed is
bound to its id and digest, and RFC 8785 JSON makes the digest the same everywhere.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

import rfc8785

from kiosk.crypto.suites import Algorithms, Suite, algorithms_of
from kiosk.json_decoder import LARGEST, decode_object

MEDIA_TYPE = "application/vnd.kiosk.sealed+json"
VERSION = 1
KEY_BYTES = 32
_INFO = b"retirement-kiosk/1"


class EnvelopeKind(StrEnum):
    """What an envelope holds."""

    APPLICATION = "application"
    CORRECTION = "correction"
    TALENT = "talent"
    RATING_WORDS = "rating_words"  # inside the body of a rating
    RESULT = "result"  # of a service, sealed by the central service itself


class Refusal(StrEnum):
    """Why an envelope or a key cannot be used."""

    MALFORMED = "malformed"
    SUITE_UNAVAILABLE = "suite_unavailable"
    NOT_OPENED = "not_opened"  # another key, id or digest than it was sealed with
    DIGEST_WRONG = "digest_wrong"


@dataclass(frozen=True)
class SealingKey:
    """The central service's public key: 32 bytes, 65 in suite "gm"."""

    id: str
    public: bytes
    suite: Suite = Suite.INTL

    def document(self) -> dict[str, str]:
        """Return the JSON form: suite, id, public (base64)."""
        return {"suite": self.suite.value, "id": self.id, "public": base64_of(self.public)}


@dataclass(frozen=True)
class OpeningKey:
    """The central service's private key: 32 bytes."""

    private: bytes = field(repr=False)
    suite: Suite = Suite.INTL

    @property
    def sealing(self) -> SealingKey:
        """Return the public key of the pair, with which is sealed."""
        public = _algorithms_here(self.suite).public_of(self.private)
        return SealingKey(key_id(public), public, self.suite)


@dataclass(frozen=True)
class Envelope:
    """A sealed application with the members that can be read from outside."""

    id: str
    digest: str
    key_id: str
    terminal: str
    sequence: int
    sealed: bytes = field(repr=False)
    kind: EnvelopeKind = EnvelopeKind.APPLICATION
    suite: Suite = Suite.INTL

    def encode(self) -> bytes:
        """Return the body of PUT /v1/applications/{id}, or of another kind's address."""
        words = {"version": VERSION, "kind": self.kind.value, "suite": self.suite.value}
        return canonical({**asdict(self), **words, "sealed": base64_of(self.sealed)})


def canonical(value: Any) -> bytes:
    """Return RFC 8785 JSON. Raises ValueError for what JSON cannot say exactly."""
    if _is_plain(value):  # nearly always, and the library needs ten times as long
        text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return text.encode()
    return rfc8785.dumps(value)


def _is_plain(value: object) -> bool:
    """Tell whether json.dumps with sorted keys gives RFC 8785 JSON of a value.

    It does without fractions (RFC 8785 §3.2.2.3), numbers that are not exact, and keys whose order
    by UTF-16 may differ (§3.2.3).
    """
    kind = type(value)
    if kind is str or kind is bool or value is None:
        return True
    if isinstance(value, int):
        return kind is int and -LARGEST <= value <= LARGEST
    if isinstance(value, dict):
        named = all(type(name) is str and name.isascii() for name in value)
        return kind is dict and named and all(map(_is_plain, value.values()))
    return isinstance(value, list | tuple) and all(map(_is_plain, value))


def digest(content: bytes, suite: Suite = Suite.INTL) -> str:
    """Return 64 hex digits: SHA-256, in suite "gm" SM3."""
    return _algorithms_here(suite).digest(content)


def key_id(public: bytes) -> str:
    """Return the name of a public key: the first 16 hex digits of its SHA-256."""
    return digest(public)[:16]


def new_opening_key(random: Callable[[int], bytes], suite: Suite = Suite.INTL) -> OpeningKey:
    """Return a new key made from `random(n)`; use os.urandom outside tests."""
    return OpeningKey(_algorithms_here(suite).new_private(random), suite)


def seal(content: bytes, key: SealingKey, application_id: str, content_digest: str) -> bytes:
    """Return the content sealed for `key` and bound to the id and digest given.

    `content_digest` is `digest(content, key.suite)`; whoever opens must name the same two.
    """
    return _algorithms_here(key.suite).seal(
        content, key.public, _bound(application_id, content_digest)
    )


def open_sealed(
    sealed: bytes, key: OpeningKey, application_id: str, content_digest: str
) -> bytes | Refusal:
    """Return the content, or why it is not what was sealed.

    NOT_OPENED means another key, id or digest than it was sealed with; DIGEST_WRONG that the
    content has not the digest it is bound to.

    The content was sealed for an application (or page) and its digest: `application_id`,
    `content_digest`.
    """
    algorithms = _algorithms_here(key.suite)
    content = algorithms.open(sealed, key.private, _bound(application_id, content_digest))
    if content is None:
        return Refusal.NOT_OPENED
    return content if algorithms.digest(content) == content_digest else Refusal.DIGEST_WRONG


def parse_envelope(
    body: bytes, kind: EnvelopeKind = EnvelopeKind.APPLICATION
) -> Envelope | Refusal:
    """Return the envelope that `Envelope.encode` wrote, or MALFORMED or SUITE_UNAVAILABLE."""
    document = object_of(body)
    if document is None or (document.get("version"), document.get("kind")) != (VERSION, kind):
        return Refusal.MALFORMED
    suite = _suite(document)
    if isinstance(suite, Refusal):
        return suite
    sealed = bytes_of(document.get("sealed"))
    match document:
        case {
            "id": str(application_id),
            "digest": str(content_digest),
            "key_id": str(key),
            "terminal": str(terminal),
            "sequence": int(sequence),
        } if sealed is not None and content_digest.isascii() and not isinstance(sequence, bool):
            return Envelope(
                application_id, content_digest, key, terminal, sequence, sealed, kind, suite
            )
    return Refusal.MALFORMED


def parse_sealing_key(document: Mapping[str, object]) -> SealingKey | Refusal:
    """Return the key of `SealingKey.document`.

    MALFORMED also when the id does not belong to the key; SUITE_UNAVAILABLE without its package.
    """
    suite = _suite(document)
    if isinstance(suite, Refusal):
        return suite
    public = bytes_of(document.get("public"))
    if public is None or not _algorithms_here(suite).is_public(public):
        return Refusal.MALFORMED
    if document.get("id") != key_id(public):
        return Refusal.MALFORMED
    return SealingKey(key_id(public), public, suite)


def object_of(body: bytes) -> dict[str, Any] | None:
    """Return a JSON object within the limits of `kiosk.json_decoder`; None for anything else."""
    return decode_object(body)


def base64_of(data: bytes) -> str:
    """Return the bytes in base64."""
    return base64.b64encode(data).decode()


def bytes_of(text: object) -> bytes | None:
    """Return the bytes of strict base64; None for anything else."""
    try:
        return base64.b64decode(text, validate=True) if isinstance(text, str) else None
    except ValueError:
        return None


def _suite(document: Mapping[str, object]) -> Suite | Refusal:
    try:
        suite = Suite(str(document.get("suite")))
    except ValueError:
        return Refusal.MALFORMED
    return suite if algorithms_of(suite) else Refusal.SUITE_UNAVAILABLE


def _algorithms_here(suite: Suite) -> Algorithms:
    algorithms = algorithms_of(suite)
    assert algorithms is not None, "whoever reads a key refuses a suite that is not here"
    return algorithms


def _bound(application_id: str, content_digest: str) -> bytes:
    return b"\n".join((_INFO, application_id.encode(), content_digest.encode()))
