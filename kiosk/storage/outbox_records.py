"""Values that go into the outbox and come back from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from kiosk.storage.tables import OutboxState


@dataclass(frozen=True)
class OutboxRecord:
    """A record to send, built once its sequence number is known.

    `path` and `media_type` are those of the request; `papers` are the digests of captured papers
    that it names.
    """

    id: str
    path: str
    media_type: str
    digest: str
    body: bytes
    masked_name: str = ""
    services: tuple[str, ...] = ()
    papers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Waiting:
    """A record that still waits; `next_try` is in seconds since 1970."""

    id: str
    sequence: int
    path: str
    media_type: str
    digest: str
    body: bytes
    tries: int
    next_try: float


@dataclass(frozen=True)
class Numbered:
    """The entry under a sequence number, for the daily comparison with the central service."""

    sequence: int
    path: str
    digest: str
    state: OutboxState


def row_of(parcel: OutboxRecord, sequence: int, at: str) -> dict[str, object]:
    """Return the columns of OUTBOX for a record that begins to wait at the moment `at`.

    `parcel` is the record, `sequence` its number.
    """
    return {
        "id": parcel.id,
        "sequence": sequence,
        "path": parcel.path,
        "media_type": parcel.media_type,
        "digest": parcel.digest,
        "body": parcel.body,
        "state": OutboxState.WAITING.name,
        "masked_name": parcel.masked_name,
        "services": " ".join(parcel.services),
        "confirmed_at": at,
    }


def waiting_of(row: sa.Row[Any]) -> Waiting:
    """Return the record in a row of OUTBOX."""
    return Waiting(
        id=row.id,
        sequence=row.sequence,
        path=row.path,
        media_type=row.media_type,
        digest=row.digest,
        body=row.body or b"",
        tries=row.tries,
        next_try=row.next_try,
    )
