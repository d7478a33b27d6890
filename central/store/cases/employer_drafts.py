"""Storage of filings that employers began and people have not signed yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from central.store.tables import HandedRow

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from central.store.database import CentralDatabase


@dataclass(frozen=True)
class Handed:
    """One sealed draft for each person (keyed hash), until the person files."""

    database: CentralDatabase

    def keep(self, person: str, unit: str, sealed: bytes) -> None:
        """Store a draft; it replaces the person's earlier one.

        `person` is the keyed hash of the ID number, `unit` the employer, `sealed` the draft.
        """
        row = HandedRow(person=person, unit=unit, sealed=sealed)
        self.database.write(lambda session: session.merge(row))

    def unit_of(self, person: str) -> str:
        """Return the employer that waits for this person's signature, "" for none."""
        wanted = sa.select(HandedRow.unit).where(HandedRow.person == person)
        return self.database.read(lambda session: session.scalar(wanted)) or ""

    def sealed_for(self, person: str) -> bytes | None:
        """Return the sealed draft for this person, None for none."""
        wanted = sa.select(HandedRow.sealed).where(HandedRow.person == person)
        return self.database.read(lambda session: session.scalar(wanted))


def forget_handed(session: Session, person: str) -> None:
    """Delete the person's draft: they have filed."""
    session.execute(sa.delete(HandedRow).where(HandedRow.person == person))
