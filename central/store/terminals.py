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

        def work(session: Session) -> Known | None:
            row = session.scalar(sa.select(Terminal).where(mine))
            if row is not None:
                return Known(row.id, row.revoked)
            return Known(named, revoked=False) if named else None

        return self.database.read(work)

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
