"""What is handed to the store, and what comes back from it?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from kiosk.storage.tables import OutboxState


@dataclass(frozen=True)
class OutboxRecord:
    """What is to be sent; built once its sequence number is known. `papers`: digests it names."""

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
    """A parcel that still waits."""

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
    """What stands under a sequence number, for the daily comparison with the central service."""

    sequence: int
    path: str
    digest: str
    state: OutboxState


def row_of(parcel: OutboxRecord, sequence: int, at: str) -> dict[str, object]:
    """Return the columns of OUTBOX that are a parcel's own when it begins to wait."""
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
    """Read a row of OUTBOX."""
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
