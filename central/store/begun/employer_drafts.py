"""Storage of filings that employers began and people have not signed yet, with their pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from central.store.begun.tables import HandedPageRow, HandedRow
from central.store.tables import Blob, ChunkRow, PaperRow

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy.orm import Session

    from central.policy import RetentionPolicy
    from central.store.database import CentralDatabase

_WAITS = sa.exists().where(HandedRow.person == HandedPageRow.person)
_NAMED = sa.exists().where(PaperRow.blob == HandedPageRow.blob)
AT_ONCE = 200  # pages that one look deletes


@dataclass(frozen=True)
class Handed:
    """One sealed draft for each person (keyed hash), until the person files."""

    database: CentralDatabase

    def keep(self, person: str, unit: str, sealed: bytes) -> None:
        """Store a draft; it replaces the person's earlier one, and pages of another employer.

        `person` is the keyed hash of the ID number, `unit` the employer, `sealed` the draft.
        """

        def work(session: Session) -> None:
            known = session.get(HandedRow, person, with_for_update=True)
            if known is not None and known.unit != unit:
                mine = sa.select(HandedPageRow.blob).where(HandedPageRow.person == person)
                _forget_pages(session, person, session.scalars(mine).all())
            session.merge(HandedRow(person=person, unit=unit, sealed=sealed))

        self.database.write(work)

    def keep_pages(
        self, person: str, before: bytes, sealed: bytes, blobs: Collection[str], at: str
    ) -> bool:
        """Put the draft `sealed` with these pages (`blobs`) in the place of the one of `before`.

        False, and nothing changed, when another one stands there by now. `at` is ISO 8601.
        """

        def work(session: Session) -> bool:
            row = session.get(HandedRow, person, with_for_update=True)
            if row is None or row.sealed != before:
                return False
            row.sealed = sealed
            known = sa.select(HandedPageRow.blob).where(HandedPageRow.person == person)
            kept = set(session.scalars(known))
            for blob in set(blobs) - kept:
                session.add(HandedPageRow(person=person, blob=blob, at=at))
            _forget_pages(session, person, kept - set(blobs))
            return True

        return self.database.write(work)

    def drop_unnamed(self, blobs: Collection[str]) -> None:
        """Delete sealed pages that came for a draft and were not taken; what is named stays."""
        waits = sa.exists().where(HandedPageRow.blob == Blob.digest)
        named = sa.exists().where(PaperRow.blob == Blob.digest)
        free = sa.select(Blob.digest).where(Blob.digest.in_(blobs), sa.not_(waits), sa.not_(named))
        self.database.write(lambda session: _delete_blobs(session, session.scalars(free).all()))

    def pages_of(self, person: str) -> int:
        """Return how many pages wait with the person's draft."""
        wanted = sa.select(sa.func.count()).where(HandedPageRow.person == person, _WAITS)
        return self.database.read(lambda session: session.scalar(wanted)) or 0

    def unit_of(self, person: str) -> str:
        """Return the employer that waits for this person's signature, "" for none."""
        wanted = sa.select(HandedRow.unit).where(HandedRow.person == person)
        return self.database.read(lambda session: session.scalar(wanted)) or ""

    def sealed_for(self, person: str) -> bytes | None:
        """Return the sealed draft for this person, None for none."""
        wanted = sa.select(HandedRow.sealed).where(HandedRow.person == person)
        return self.database.read(lambda session: session.scalar(wanted))

    def forget(self, now: datetime, policy: RetentionPolicy) -> int:
        """Delete pages that nothing needs, and return how many.

        Those are pages of who has filed, unless the application names them, and those that nobody
        signed for within `policy.employer_page_days`, with the draft: the employer begins anew.
        """
        oldest = (now - timedelta(days=policy.employer_page_days)).isoformat(timespec="seconds")
        newest = (
            sa.select(HandedPageRow.person)
            .group_by(HandedPageRow.person)
            .having(sa.func.max(HandedPageRow.at) < oldest)
            .limit(AT_ONCE)
        )
        pages = sa.select(HandedPageRow.person, HandedPageRow.blob)
        over = pages.where(sa.not_(_WAITS)).limit(AT_ONCE)

        def work(session: Session) -> int:
            late = session.scalars(newest).all()
            session.execute(sa.delete(HandedRow).where(HandedRow.person.in_(late)))
            found = session.execute(over).all()
            for person in {row.person for row in found}:
                _forget_pages(session, person, {row.blob for row in found if row.person == person})
            return len(found)

        if not self.database.read(lambda session: bool(session.scalar(_any_due(oldest)))):
            return 0
        deleted = self.database.write(work)
        self.database.shred()
        return deleted


def _any_due(oldest: str) -> sa.Select[bool]:
    due = sa.or_(HandedPageRow.at < oldest, sa.not_(_WAITS))
    return sa.select(sa.literal(True)).select_from(HandedPageRow).where(due).limit(1)


def _forget_pages(session: Session, person: str, blobs: Collection[str]) -> None:
    """Delete these pages of a person; what an application names stays."""
    mine = sa.and_(HandedPageRow.person == person, HandedPageRow.blob.in_(blobs))
    free = sa.select(HandedPageRow.blob).where(mine, sa.not_(_NAMED))
    _delete_blobs(session, session.scalars(free).all())
    session.execute(sa.delete(HandedPageRow).where(mine))


def _delete_blobs(session: Session, blobs: Collection[str]) -> None:
    session.execute(sa.delete(ChunkRow).where(ChunkRow.blob.in_(blobs)))
    session.execute(sa.delete(Blob).where(Blob.digest.in_(blobs)))


def forget_handed(session: Session, person: str) -> None:
    """Delete the person's draft: they have filed."""
    session.execute(sa.delete(HandedRow).where(HandedRow.person == person))
