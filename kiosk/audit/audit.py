"""The audit: a hash chain over a closed list of events, so that their order can be proved.

Entries hold ids and figures, never a name or a number of a person (kiosk/audit/audit_events.py).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import rfc8785

from kiosk.audit.audit_events import AuditEvent, refuse_unlisted

NO_DIGEST = "0" * 64


@dataclass(frozen=True)
class AuditEntry:
    """One link; `at` is ISO 8601, `subject` the id that the event is about."""

    sequence: int
    at: str
    event: AuditEvent
    subject: str
    detail: Mapping[str, str]
    previous: str
    digest: str


def link(
    previous: AuditEntry | None,
    at: str,
    event: AuditEvent,
    subject: str,
    detail: Mapping[str, str],
) -> AuditEntry:
    """Return the entry that follows `previous`; None begins the chain.

    Raises ValueError for an event or field that the closed list does not allow.
    """
    refuse_unlisted(event, subject, detail)
    return _link(previous, at, event, subject, detail)


def first_broken(entries: Iterable[AuditEntry]) -> int | None:
    """Return the sequence number of the first entry that does not fit; None when all do."""
    found = broken_place(entries)
    return found[1].sequence if found else None


def broken_place(entries: Iterable[AuditEntry]) -> tuple[int, AuditEntry] | None:
    """Return place (from 1) and entry of the first that does not fit the one before; None for none.

    The place counts the given entries; the sequence number in a broken entry may be wrong.
    """
    previous: AuditEntry | None = None
    for place, entry in enumerate(entries, start=1):
        if entry != _link(previous, entry.at, entry.event, entry.subject, entry.detail):
            return place, entry
        previous = entry
    return None


def head(entry: AuditEntry | None) -> str:
    """Return "sequence:digest" of the newest entry, which the central service keeps a copy of.

    `entry` is None for an empty chain.
    """
    return f"{entry.sequence}:{entry.digest}" if entry else f"0:{NO_DIGEST}"


def digest_entry(
    sequence: int, at: str, event: str, subject: str, detail: Mapping[str, str], before: str
) -> str:
    """Return the digest of an entry whose predecessor has the digest `before`.

    `sequence` is its number in the chain, from 1. Anything is hashed: also an event of a newer
    program, which the closed list does not know.
    """
    content: dict[str, Any] = {
        "seq": sequence,
        "at": at,
        "event": event,
        "subject": subject,
        "detail": {**detail},
    }
    return hashlib.sha256(before.encode() + rfc8785.dumps(content)).hexdigest()


def _link(
    previous: AuditEntry | None,
    at: str,
    event: AuditEvent,
    subject: str,
    detail: Mapping[str, str],
) -> AuditEntry:
    sequence = previous.sequence + 1 if previous else 1
    before = previous.digest if previous else NO_DIGEST
    digest = digest_entry(sequence, at, event, subject, detail, before)
    return AuditEntry(sequence, at, event, subject, detail, before, digest)
