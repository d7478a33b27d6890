"""Captured papers, sealed, until the central service has every chunk of them.

A paper is captured during the visit, before there is an application. Confirming the application
that names it gives it a sequence number; a paper that no application names is shredded.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from kiosk.storage.copies.confirmed_copies import ConfirmedCopies, Copying, describe_paper
from kiosk.storage.database import Database
from kiosk.storage.tables import BLOB, OUTBOX, Lane, OutboxState, is_due

CHUNK_BYTES = 262_144
PATH = "/v1/blobs/"
MEDIA_TYPE = "application/octet-stream"

_COLUMNS = (BLOB.c.digest, BLOB.c.application_id, BLOB.c.bytes, BLOB.c.sent)
_CHUNK = sa.select(
    sa.func.substr(
        BLOB.c.body, sa.bindparam("start", type_=sa.Integer), CHUNK_BYTES, type_=sa.LargeBinary
    )
).where(BLOB.c.digest == sa.bindparam("digest"))
_NAMED = sa.select(OUTBOX.c.id).where(OUTBOX.c.id == BLOB.c.digest).exists()


@dataclass(frozen=True)
class QueuedScan:
    """A captured paper on its way; `sent` are the chunks that the central service has."""

    digest: str
    application_id: str
    sequence: int
    bytes: int
    sent: frozenset[int]
    tries: int

    @property
    def path(self) -> str:
        """Return the path that the acknowledgement names."""
        return PATH + self.digest

    @property
    def missing(self) -> tuple[int, ...]:
        """Return the indexes of the chunks that are still to be sent, in order."""
        count = -(-self.bytes // CHUNK_BYTES)
        return tuple(index for index in range(count) if index not in self.sent)


class Papers:
    """The part of the store that keeps captured papers. Methods raise StoreError."""

    database: Database
    copies: ConfirmedCopies | None
    writing: threading.Lock

    def add_paper(self, application_id: str, digest: str, sealed: bytes) -> None:
        """Store a sealed paper of a visit; storing it twice changes nothing.

        `digest` is that of the sealed bytes.
        """
        row = {"digest": digest, "application_id": application_id, "bytes": len(sealed)}

        def add(connection: sa.Connection) -> None:
            known = sa.select(BLOB.c.digest).where(BLOB.c.digest == digest)
            if connection.scalar(known) is None:
                connection.execute(sa.insert(BLOB), {**row, "body": sealed})
                copying.start(0, 0, describe_paper(digest, application_id), sealed)

        with self.writing:
            copying = Copying(self.copies)
            try:
                self.database.run(add, urgent=False)
            except Exception:
                copying.take_back()
                raise
            copying.settle()

    def papers_due(self, now: float) -> tuple[QueuedScan, ...]:
        """Return the papers of confirmed applications that are due at `now`, oldest first."""
        query = (
            sa.select(*_COLUMNS, OUTBOX.c.sequence, OUTBOX.c.tries)
            .join(OUTBOX, OUTBOX.c.id == BLOB.c.digest)
            .where(OUTBOX.c.state == OutboxState.WAITING, is_due(now))
            .order_by(OUTBOX.c.sequence)
        )
        return self.database.run(
            lambda connection: tuple(_paper(row) for row in connection.execute(query))
        )

    def chunk(self, digest: str, index: int) -> bytes:
        """Return one chunk of a paper; empty beyond its end, or when there is no such paper."""
        place = {"digest": digest, "start": index * CHUNK_BYTES + 1}
        found = self.database.run(lambda connection: connection.scalar(_CHUNK, place))
        return bytes(found or b"")

    def record_chunks(self, digest: str, have: Collection[int]) -> None:
        """Record which chunks the central service says it has; what it dropped is sent anew."""
        indices = json.dumps(sorted(have))
        change = sa.update(BLOB).where(BLOB.c.digest == digest).values(sent=indices)
        self.database.run(lambda connection: connection.execute(change))

    def drop_unconfirmed_papers(self) -> None:
        """Shred the papers of visits that ended without a confirmed application."""
        gone = sa.delete(BLOB).where(sa.not_(_NAMED))
        with self.writing:
            if self.database.run(lambda connection: connection.execute(gone).rowcount):
                self.database.shred()
            if self.copies is not None:
                kept = sa.select(BLOB.c.digest)
                left = self.database.run(lambda connection: set(connection.scalars(kept)))
                with suppress(OSError):  # the next check does it
                    self.copies.drop_papers(left)


def add_lanes(connection: sa.Connection, papers: tuple[str, ...], sequence: int, at: str) -> int:
    """Queue the papers that an application names, under the sequence numbers after its own.

    Returns the last number that was given. Raises ValueError when one of them was never kept,
    because the application would wait for it for ever.
    """
    for digest in papers:
        if connection.scalar(sa.select(OUTBOX.c.id).where(OUTBOX.c.id == digest)) is not None:
            continue  # it came with an application that was refused
        if connection.scalar(sa.select(BLOB.c.digest).where(BLOB.c.digest == digest)) is None:
            raise ValueError(f"no paper {digest}")
        sequence += 1
        connection.execute(sa.insert(OUTBOX), _row(digest, sequence, at))
    return sequence


def _row(digest: str, sequence: int, at: str) -> dict[str, object]:
    return {
        "id": digest,
        "sequence": sequence,
        "path": PATH + digest,
        "media_type": MEDIA_TYPE,
        "digest": digest,
        "state": OutboxState.WAITING,
        "tries": 0,
        "next_try": 0.0,
        "trouble": "",
        "masked_name": "",
        "services": "",
        "confirmed_at": at,
        "receipt": "",
        "lane": Lane.PAPERS,
    }


def _paper(row: sa.Row[*tuple[Any, ...]]) -> QueuedScan:
    sent: list[int] = json.loads(row.sent)
    return QueuedScan(
        row.digest, row.application_id, row.sequence, row.bytes, frozenset(sent), row.tries
    )
