"""Opening of sealed envelopes, and the check that they are what their address says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from central.problems import HttpProblem, not_processable
from kiosk.crypto.envelope import (
    Envelope,
    EnvelopeKind,
    Refusal,
    object_of,
    parse_envelope,
)
from kiosk.crypto.suites import Suite
from kiosk.json_decoder import has_nul

_LARGEST = 2**53  # JSON says no larger number exactly, and the receipt repeats it
_TITLES = {
    Refusal.MALFORMED: "The envelope is not one.",
    Refusal.SUITE_UNAVAILABLE: "This suite of algorithms is not available here.",
    Refusal.NOT_OPENED: "The envelope does not open as this id and digest.",
    Refusal.DIGEST_WRONG: "The content does not have this digest.",
}


@dataclass(frozen=True)
class Sealed:
    """An opened envelope: header, body as it came, and content."""

    envelope: Envelope
    body: bytes = field(repr=False)
    document: Mapping[str, Any] = field(repr=False)


class OpeningKeyStore(Protocol):
    """Where the private keys are: files (`central.vault.opening_keys`), or a key module.

    A module of PKCS#11 does only the agreement of the private key in its hardware; the rest of HPKE
    needs no secret of it.
    """

    def open(
        self, key_id: str, suite: Suite, sealed: bytes, item_id: str, digest: str
    ) -> bytes | Refusal | None:
        """Return what was sealed to the key `key_id`, why it does not open, None without it.

        `item_id` and `digest` are those that it was sealed with.
        """

    def open_by_any(self, sealed: bytes, item_id: str, digest: str) -> bytes | None:
        """Return what was sealed to one of the keys, None when none of them opens it.

        `item_id` and `digest` are those that it was sealed with.
        """


@dataclass(frozen=True)
class Opener:
    """Opens envelopes with the key that each of them names."""

    keys: OpeningKeyStore

    def open(
        self, body: bytes, kind: EnvelopeKind, item_id: str, terminal: str
    ) -> Sealed | HttpProblem:
        """Return the opened envelope, or a problem that sending again cannot cure.

        `body` is the envelope as it came; `item_id` and `terminal` are those of the request, and
        the envelope must name the same.
        """
        envelope = parse_envelope(body, kind)
        if isinstance(envelope, Refusal):
            return _refused(envelope)
        if envelope.id != item_id or not 0 <= envelope.sequence < _LARGEST:
            return not_processable("malformed", "The envelope has another id than the address.")
        if envelope.terminal != terminal:
            return not_processable("other-terminal", "Another terminal sealed this envelope.")
        return self._inside(envelope, body)

    def document(
        self, body: bytes, kind: EnvelopeKind = EnvelopeKind.APPLICATION
    ) -> Mapping[str, Any]:
        """Return the content of an envelope that was accepted before; it must open."""
        found = self.find_document(body, kind)
        assert found is not None
        return found

    def find_document(
        self, body: bytes, kind: EnvelopeKind = EnvelopeKind.APPLICATION
    ) -> Mapping[str, Any] | None:
        """Return the content of an envelope, None when it is damaged or its key is not here."""
        envelope = parse_envelope(body, kind)
        if isinstance(envelope, Refusal):
            return None
        found = self._inside(envelope, body)
        return found.document if isinstance(found, Sealed) else None

    def open_blob(self, sealed: bytes, sealed_for: str, digest: str) -> bytes | None:
        """Return a page that was sealed to any key of this service, None when none opens it.

        `sealed_for` is the id and `digest` the digest that it was sealed with. A blob does not name
        its key: it may have been sealed long before its application.
        """
        return self.keys.open_by_any(sealed, sealed_for, digest)

    def _inside(self, envelope: Envelope, body: bytes) -> Sealed | HttpProblem:
        content = self.keys.open(
            envelope.key_id, envelope.suite, envelope.sealed, envelope.id, envelope.digest
        )
        if content is None:
            return not_processable("other-key", "It was sealed for a key that is not in use here.")
        if isinstance(content, Refusal):
            return _refused(content)
        document = object_of(content)
        named = document is not None and document.get("id") == envelope.id
        if document is None or not named or not _can_be_kept(content, document):
            return not_processable("content-wrong", "The content is not what the address says.")
        return Sealed(envelope, body, document)


def _can_be_kept(content: bytes, document: Mapping[str, Any]) -> bool:
    """Tell whether both databases can store every text of the document, decoded from `content`.

    PostgreSQL stores no U+0000. Half a surrogate pair, or a number that JSON cannot say exactly,
    the decoder refuses.
    """
    # JSON says it by its escape alone, so most documents need not be searched.
    return b"\\u0000" not in content or not has_nul(document)


def _refused(refusal: Refusal) -> HttpProblem:
    return not_processable(refusal.value.replace("_", "-"), _TITLES[refusal])
