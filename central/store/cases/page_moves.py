"""Pages that are whole leave the database for the store of pages, in a lane of their own.

A page arrives in the database, where its receipt is made. Later it is put into the store, read back
and compared; only then its bytes leave the database. So a store that is away delays nothing, and
whatever ends in between is done again. Only pages that an accepted application names are moved:
pictures of people who were vouched for, and pages that wait in a draft, are deleted by the database
alone.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from central.blob_store.ports import BlobStoreAway
from central.store.tables import Blob, ChunkRow, PaperRow
from central.store.vouching_tables import ReviewRow
from kiosk.crypto.envelope import digest

if TYPE_CHECKING:
    from central.blob_store.ports import BlobStore
    from central.store.cases.blobs import Blobs

LOG = logging.getLogger(__name__)
_SAID = (
    sa.exists().where(PaperRow.blob == ChunkRow.blob),
    sa.exists().where(Blob.digest == ChunkRow.blob, Blob.received_at != ""),
    sa.not_(sa.exists().where(ReviewRow.blob == ChunkRow.blob)),
)


@dataclass(frozen=True)
class PageMoves:
    """Moves pages from `blobs` to `store`, at most `most` in a round."""

    blobs: Blobs
    store: BlobStore
    most: int

    def round(self) -> int:
        """Move some pages; return how many. A store that is away is said in the log."""
        moved = 0
        try:
            for name in self._waiting():
                moved += self._move(name)
        except BlobStoreAway as away:
            LOG.warning("the store of pages is away, they stay in the database: %s", away)
        return moved

    def _waiting(self) -> tuple[str, ...]:
        wanted = sa.select(ChunkRow.blob).where(ChunkRow.number == 0, *_SAID).limit(self.most)
        return self.blobs.database.read(lambda session: tuple(session.scalars(wanted)))

    def _move(self, name: str) -> bool:
        content = self.blobs.in_database(name)
        if content is None or digest(content) != name:
            return False  # another process moved it
        self.store.put(name, content)
        if self.store.get(name) != content:
            raise BlobStoreAway("it gives another page back than it was given")
        gone = sa.delete(ChunkRow).where(ChunkRow.blob == name)
        self.blobs.database.write(lambda session: session.execute(gone))
        return True
