"""Sealing of results to the vault: whoever stores them can't read them again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from kiosk.application.service_result import MemberWrong, ResultContent, parse_result
from kiosk.crypto.envelope import Envelope, EnvelopeKind, SealingKey, canonical, digest, seal

VERSION = 1
_SALT_BYTES = 16


@dataclass(frozen=True)
class ResultSubject:
    """Whose and which service's result it is; `person` is the keyed hash of the ID number.

    `decided_at`: ISO 8601.
    """

    application_id: str
    service: str
    person: str
    decided_at: str


@dataclass(frozen=True)
class SealedResult:
    """A result as it is stored: an envelope of kind "result", and the certificate's file or b""."""

    envelope: bytes = field(repr=False)
    file: bytes = field(default=b"", repr=False)


@dataclass(frozen=True)
class OpenedResult:
    """A result that the vault opened; `file_digest` is that of the certificate's file, or ""."""

    subject: ResultSubject
    content: ResultContent = field(repr=False)
    file_digest: str = ""


@dataclass(frozen=True)
class ResultSealer:
    """Seals results to the key that `key` returns at that time; `random` is os.urandom."""

    key: Callable[[], SealingKey]
    random: Callable[[int], bytes]

    def seal(self, subject: ResultSubject, content: ResultContent) -> SealedResult:
        """Return the content sealed, and bound to its case.

        The envelope tells its digest, and an amount has few values: the salt keeps them from being
        tried one by one.
        """
        key, case = self.key(), subject.application_id
        file_digest = digest(content.file, key.suite) if content.file else ""
        document = {
            "version": VERSION,
            "id": case,
            "service": subject.service,
            "person": subject.person,
            "decided_at": subject.decided_at,
            "salt": self.random(_SALT_BYTES).hex(),
            "content": content.record(),
            "file": file_digest,
        }
        plain = canonical(document)
        named = digest(plain, key.suite)
        envelope = Envelope(
            id=case,
            digest=named,
            key_id=key.id,
            terminal="",
            sequence=0,
            sealed=seal(plain, key, case, named),
            kind=EnvelopeKind.RESULT,
            suite=key.suite,
        )
        file = seal(content.file, key, case, file_digest) if content.file else b""
        return SealedResult(envelope.encode(), file)


def read_sealed(document: Mapping[str, Any]) -> OpenedResult | None:
    """Return what an opened envelope says, None when it is not what `ResultSealer` sealed."""
    try:
        subject = ResultSubject(
            document["id"], document["service"], document["person"], document["decided_at"]
        )
        return OpenedResult(subject, parse_result(document["content"]), document["file"])
    except (KeyError, TypeError, MemberWrong):
        return None
