"""Which terminals may ask?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from central.store.tables import TerminalRow
from kiosk.crypto.envelope import key_id

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session

    from central.store.database import CentralDatabase


@dataclass(frozen=True)
class Known:
    """A terminal whose key is known here."""

    id: str
    revoked: bool
    public_key: bytes = b""
    by_next: bool = False  # the key is the one that was announced


@dataclass(frozen=True)
class Terminals:
    """What was decided of each terminal."""

    database: CentralDatabase

    def known(self, name: str, made_here: str, public_key: bytes) -> Known | None:
        """Return the terminal whose key has this id, the one in use or the next.

        `made_here`: the terminal whose key file is here, with its public key; "" for none.
        """
        by_key = sa.or_(TerminalRow.key_id == name, TerminalRow.next_key_id == name)
        mine = TerminalRow.id == made_here if made_here else by_key

        def work(session: Session) -> Known | None:
            row = session.scalar(sa.select(TerminalRow).where(mine))
            if row is None:
                return Known(made_here, False, public_key) if made_here else None
            if row.next_key_id == name:
                return Known(row.id, row.revoked, row.next_public_key, by_next=True)
            if made_here and row.key_id is None:
                return Known(row.id, row.revoked, public_key)
            return Known(row.id, row.revoked, row.public_key) if row.key_id == name else None

        return self.database.read(work)

    def announce(self, terminal: str, public_key: bytes) -> bool:
        """Know a terminal's next key; False when it is another's."""
        name = key_id(public_key)
        taken = sa.or_(TerminalRow.key_id == name, TerminalRow.next_key_id == name)

        def work(session: Session) -> bool:
            if session.scalar(sa.select(TerminalRow).where(taken, TerminalRow.id != terminal)):
                return False
            row = session.get(TerminalRow, terminal) or TerminalRow(id=terminal)
            if row.key_id != name:  # it may ask again after it used the key
                row.next_key_id, row.next_public_key = name, public_key
            session.add(row)
            return True

        return self.database.write(work)

    def end_old_key(self, terminal: str) -> None:
        """Let the next key take the place of the one before: something was signed with it."""

        def work(session: Session) -> None:
            row = session.get(TerminalRow, terminal, with_for_update=True)
            if row is not None and row.next_key_id is not None:
                row.key_id, row.public_key = row.next_key_id, row.next_public_key
                row.next_key_id, row.next_public_key = None, b""

        self.database.write(work)

    def point_of(self, terminal: str) -> str:
        """Return the service point where it stands, "" when nobody said."""

        def work(session: Session) -> str:
            row = session.get(TerminalRow, terminal)
            return row.point if row else ""

        return self.database.read(work)

    def names(self) -> tuple[str, ...]:
        """Return every terminal of which something was decided."""
        wanted = sa.select(TerminalRow.id).order_by(TerminalRow.id)
        return self.database.read(lambda session: tuple(session.scalars(wanted)))

    def places(self) -> Mapping[str, str]:
        """Return the service point of each terminal that was placed and is not revoked."""
        wanted = sa.select(TerminalRow.id, TerminalRow.point).order_by(TerminalRow.id)
        placed = wanted.where(sa.not_(TerminalRow.revoked), TerminalRow.point != "")
        return self.database.read(
            lambda session: {row.id: row.point for row in session.execute(placed)}
        )

    def place(self, terminal: str, point: str) -> None:
        """Say where it stands."""

        def work(session: Session) -> None:
            row = session.get(TerminalRow, terminal) or TerminalRow(id=terminal)
            row.point = point
            session.add(row)

        self.database.write(work)

    def revoke(self, terminal: str) -> None:
        """Let it in no more."""

        def work(session: Session) -> None:
            row = session.get(TerminalRow, terminal) or TerminalRow(id=terminal)
            row.revoked = True
            session.add(row)

        self.database.write(work)
