"""What happened, provably in this order? A hash chain over a closed list of events.

Rows hold ids and figures, never a name or a number of a person (central.md §7).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import rfc8785

FIRST = "0" * 64


class AuditEvent(StrEnum):
    """The closed list."""

    STARTED = "started"
    CONFIRMED = "confirmed"
    DELIVERED = "delivered"
    QUARANTINED = "quarantined"
    STOPPED = "stopped"
    RATED = "rated"


@dataclass(frozen=True)
class Entry:
    """One link. `at` is ISO 8601; `subject` is an application or visit id."""

    sequence: int
    at: str
    event: AuditEvent
    subject: str
    detail: Mapping[str, str]
    previous: str
    digest: str


def link(
    previous: Entry | None,
    at: str,
    event: AuditEvent,
    subject: str,
    detail: Mapping[str, str],
) -> Entry:
    """Return the next entry of the chain."""
    sequence = previous.sequence + 1 if previous else 1
    before = previous.digest if previous else FIRST
    digest = _digest(sequence, at, event, subject, detail, before)
    return Entry(sequence, at, event, subject, detail, before, digest)


def first_broken(entries: Iterable[Entry]) -> int | None:
    """Return the sequence number of the first entry that does not fit, None when all do."""
    previous: Entry | None = None
    for entry in entries:
        if entry != link(previous, entry.at, entry.event, entry.subject, entry.detail):
            return entry.sequence
        previous = entry
    return None


def _digest(
    sequence: int, at: str, event: str, subject: str, detail: Mapping[str, str], before: str
) -> str:
    said: dict[str, Any] = {
        "seq": sequence,
        "at": at,
        "event": event,
        "subject": subject,
        "detail": {**detail},
    }
    return hashlib.sha256(before.encode() + rfc8785.dumps(said)).hexdigest()
