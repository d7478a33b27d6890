"""Storage of sealed pages and their chunks."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

import sqlalchemy as sa

from central.blob_store.reading import page_in
from central.intake.papers import Chunk
from central.store.tables import Blob, ChunkRow
from central.store.terminals.arrivals import note

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from central.authenticated_request import AuthenticatedRequest
    from central.blob_store.ports import BlobStore
    from central.store.database import CentralDatabase


class BlobTrouble(Enum):
    """Reason why a chunk was not stored."""

    OTHER_CHUNK = "other-chunk"
    DIGEST_WRONG = "digest-wrong"


@dataclass(frozen=True)
class BlobState:
    """The chunks of a blob that are here; `received_at` is "" until it is complete."""

    bytes: int
    have: tuple[int, ...]
    received_at: str
    new: bool = False

    @property
    def complete(self) -> bool:
        """Tell whether all chunks are here."""
        return bool(self.received_at)


@dataclass(frozen=True)
class Blobs:
    """Sealed pages named by their digest, so that chunks may come in any order and repeatedly."""

    database: CentralDatabase
    store: BlobStore | None = None

    def put(self, asking: AuthenticatedRequest, chunk: Chunk) -> BlobState | BlobTrouble:
        """Store the chunk in the request's body; the last missing one completes the blob.

        A complete blob with another digest is deleted, so that it can be sent anew.
        """
        return self.database.write(lambda session: _put(session, asking, chunk))

    def sealed(self, digest: str) -> bytes | None:
        """Return a blob as it was sealed, None until it is complete.

        Raises BlobStoreAway where it lies in a store that does not give it.
        """
        found = self.in_database(digest)
        if found is not None:
            return found
        state = self.state(digest)
        return page_in(self.store, digest) if state is not None and state.complete else None

    def in_database(self, digest: str) -> bytes | None:
        """Return a complete blob whose bytes are in the database, None for any other."""
        wanted = sa.select(ChunkRow.body).where(ChunkRow.blob == digest).order_by(ChunkRow.number)

        def work(session: Session) -> bytes | None:
            blob = session.get(Blob, digest)
            if blob is None or not blob.received_at:
                return None
            return b"".join(session.scalars(wanted)) or None

        return self.database.read(work)

    def state(self, digest: str) -> BlobState | None:
        """Return the state of a blob, None when no chunk is here."""

        def work(session: Session) -> BlobState | None:
            blob = session.get(Blob, digest)
            return _state(session, blob) if blob else None

        return self.database.read(work)


def _put(session: Session, asking: AuthenticatedRequest, chunk: Chunk) -> BlobState | BlobTrouble:
    blob = session.get(Blob, chunk.blob, with_for_update=True)
    if blob is None:
        blob = Blob(digest=chunk.blob, bytes=chunk.total, received_at="")
        session.add(blob)
        session.flush()
    if blob.received_at and blob.bytes == chunk.total and not _have(session, chunk.blob):
        return _completed(session, asking, chunk, blob, new=False)  # its bytes were moved
    known = session.get(ChunkRow, (chunk.blob, chunk.index))
    if blob.bytes != chunk.total or (known is not None and known.body != asking.body):
        return BlobTrouble.OTHER_CHUNK
    if known is None:
        session.add(ChunkRow(blob=chunk.blob, number=chunk.index, body=asking.body))
        session.flush()
    return _completed(session, asking, chunk, blob, new=known is None)


def _completed(
    session: Session, asking: AuthenticatedRequest, chunk: Chunk, blob: Blob, *, new: bool
) -> BlobState | BlobTrouble:
    if not blob.received_at and len(_have(session, chunk.blob)) == chunk.count:
        if _digest(session, chunk.blob) != chunk.blob:
            session.execute(sa.delete(ChunkRow).where(ChunkRow.blob == chunk.blob))
            session.delete(blob)
            return BlobTrouble.DIGEST_WRONG
        blob.received_at = asking.said_at
    if blob.received_at:
        note(session, asking.about(f"/v1/blobs/{chunk.blob}", chunk.blob))
    return _state(session, blob, new=new)


def _state(session: Session, blob: Blob, *, new: bool = False) -> BlobState:
    have = _have(session, blob.digest)
    if blob.received_at and not have:
        have = tuple(range(Chunk(blob.digest, 0, blob.bytes).count))
    return BlobState(blob.bytes, have, blob.received_at, new)


def _have(session: Session, digest: str) -> tuple[int, ...]:
    wanted = sa.select(ChunkRow.number).where(ChunkRow.blob == digest)
    return tuple(session.scalars(wanted.order_by(ChunkRow.number)))


def _digest(session: Session, digest: str) -> str:
    found = hashlib.sha256()
    wanted = sa.select(ChunkRow.body).where(ChunkRow.blob == digest)
    for body in session.scalars(wanted.order_by(ChunkRow.number)):
        found.update(body)
    return found.hexdigest()
