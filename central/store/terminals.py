"""Which terminals may ask?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from central.store.tables import Terminal

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from central.store.database import Database


@dataclass(frozen=True)
class Known:
    """A terminal that has a token here."""

    id: str
    revoked: bool


@dataclass(frozen=True)
class Terminals:
    """What was decided of each terminal."""

    database: Database

    def known(self, named: str | None, token_digest: str) -> Known | None:
        """Return the terminal that a token file has `named`, or the one with this token."""
        mine = Terminal.id == named if named else Terminal.token_digest == token_digest

        row = self.database.read(lambda session: session.scalar(sa.select(Terminal).where(mine)))
        if row is None:
            return Known(named, revoked=False) if named else None
        if row.token_digest == token_digest and not row.token_used:
            self.database.write(lambda session: _note_use(session, token_digest))
        return Known(row.id, row.revoked)

    def point_of(self, terminal: str) -> str:
        """Return the service point where it stands, "" when nobody said."""

        def work(session: Session) -> str:
            row = session.get(Terminal, terminal)
            return row.point if row else ""

        return self.database.read(work)

    def place(self, terminal: str, point: str) -> None:
        """Say where it stands."""

        def work(session: Session) -> None:
            row = session.get(Terminal, terminal) or Terminal(id=terminal)
            row.point = point
            session.add(row)

        self.database.write(work)

    def revoke(self, terminal: str) -> None:
        """Let it in no more."""

        def work(session: Session) -> None:
            row = session.get(Terminal, terminal) or Terminal(id=terminal)
            row.revoked = True
            session.add(row)

        self.database.write(work)


def _note_use(session: Session, token_digest: str) -> None:
    used = sa.update(Terminal).where(Terminal.token_digest == token_digest)
    session.execute(used.values(token_used=True))
