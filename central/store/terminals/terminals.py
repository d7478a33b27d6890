"""Storage of terminals: keys, service point, revocation."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from central.signatures import KnownTerminal
from central.store.tables import TerminalRow
from kiosk.crypto.envelope import key_id

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session

    from central.store.database import CentralDatabase

_COLUMNS = "id, revoked, point, key_id, public_key, next_key_id, next_public_key"
_BY_ID = sa.text(f"SELECT {_COLUMNS} FROM terminal WHERE id = :name")  # noqa: S608 - our names
_BY_KEY = sa.text(
    f"SELECT {_COLUMNS} FROM terminal WHERE key_id = :name OR next_key_id = :name"  # noqa: S608
)

_ALL = sa.text(f"""
    SELECT {_COLUMNS} FROM terminal WHERE id = ANY(CAST(:ids AS text[]))
        OR key_id = ANY(CAST(:names AS text[])) OR next_key_id = ANY(CAST(:names AS text[]))
""")  # noqa: S608


@dataclass(frozen=True)
class AskedKey:
    """A key's id, and where the service made this key itself its terminal and public half."""

    name: str
    made_here: str = ""
    public_key: bytes = field(default=b"", repr=False)


@dataclass(frozen=True)
class Terminals:
    """The terminals that were placed, enrolled or revoked."""

    database: CentralDatabase

    def known(self, name: str, made_here: str, public_key: bytes) -> KnownTerminal | None:
        """Return the terminal whose current or next key has the id `name`, None for none.

        `made_here`, `public_key`: terminal and key when the service made this key itself, ""
        otherwise.
        """
        query, asked = (_BY_ID, made_here) if made_here else (_BY_KEY, name)
        row = self.database.look(query, {"name": asked})
        return known_of(row, AskedKey(name, made_here, public_key))

    def known_all(
        self, asked: Mapping[str, tuple[str, bytes]]
    ) -> Mapping[str, KnownTerminal | None]:
        """Do what `known` does for each key id in `asked`; on PostgreSQL in one round trip.

        With each stand terminal and key where the service made this key itself, "" otherwise.
        """
        if self.database.embedded or len(asked) == 1:
            return {name: self.known(name, *made) for name, made in asked.items()}
        made_here = [terminal for terminal, _ in asked.values() if terminal]
        others = [name for name, (terminal, _) in asked.items() if not terminal]
        rows = self.database.look_at_rows(_ALL, {"ids": made_here, "names": others})
        by_id = {row.id: row for row in rows}
        by_key = {key: row for row in rows for key in (row.key_id, row.next_key_id) if key}
        return {
            name: known_of(
                by_id.get(made[0]) if made[0] else by_key.get(name), AskedKey(name, *made)
            )
            for name, made in asked.items()
        }

    def announce(self, terminal: str, public_key: bytes) -> bool:
        """Store a terminal's next key; False when the key is another terminal's."""
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
        """Make the next key the current one; called after a request that it signed."""

        def work(session: Session) -> None:
            row = session.get(TerminalRow, terminal, with_for_update=True)
            if row is not None and row.next_key_id is not None:
                row.key_id, row.public_key = row.next_key_id, row.next_public_key
                row.next_key_id, row.next_public_key = None, b""

        self.database.write(work)

    def point_of(self, terminal: str) -> str:
        """Return the service point where the terminal stands, "" when it was not placed."""
        row = self.database.look(_BY_ID, {"name": terminal})
        return row.point if row else ""

    def names(self) -> tuple[str, ...]:
        """Return the ids of all terminals that have a row."""
        wanted = sa.select(TerminalRow.id).order_by(TerminalRow.id)
        return self.database.read(lambda session: tuple(session.scalars(wanted)))

    def public_keys(self) -> Mapping[str, tuple[bytes, ...]]:
        """Return the public keys of each terminal that is not revoked: current and next one."""
        wanted = sa.select(TerminalRow).where(sa.not_(TerminalRow.revoked))

        def work(session: Session) -> Mapping[str, tuple[bytes, ...]]:
            rows = session.scalars(wanted)
            keys = {row.id: (row.public_key, row.next_public_key) for row in rows}
            held = {name: tuple(filter(None, pair)) for name, pair in keys.items()}
            return {name: found for name, found in held.items() if found}

        return self.database.read(work)

    def places(self) -> Mapping[str, str]:
        """Return the service point of each terminal that was placed and is not revoked."""
        wanted = sa.select(TerminalRow.id, TerminalRow.point).order_by(TerminalRow.id)
        placed = wanted.where(sa.not_(TerminalRow.revoked), TerminalRow.point != "")
        return self.database.read(
            lambda session: {row.id: row.point for row in session.execute(placed)}
        )

    def place(self, terminal: str, point: str) -> None:
        """Record the service point where a terminal stands."""

        def work(session: Session) -> None:
            row = session.get(TerminalRow, terminal) or TerminalRow(id=terminal)
            row.point = point
            session.add(row)

        self.database.write(work)

    def revoke(self, terminal: str) -> None:
        """Refuse the terminal's requests from now on."""

        def work(session: Session) -> None:
            row = session.get(TerminalRow, terminal) or TerminalRow(id=terminal)
            row.revoked = True
            session.add(row)

        self.database.write(work)


def known_of(row: sa.Row[Any] | None, asked: AskedKey) -> KnownTerminal | None:
    """Return what a terminal's row says of the key; None where it has not it."""
    made_here, public_key = asked.made_here, asked.public_key
    if row is None:
        return KnownTerminal(made_here, False, public_key) if made_here else None
    terminal, revoked, point = row.id, bool(row.revoked), row.point
    if row.next_key_id == asked.name:
        public = bytes(row.next_public_key)
        return KnownTerminal(terminal, revoked, public, by_next=True, point=point)
    if made_here and row.key_id is None:
        return KnownTerminal(terminal, revoked, public_key, point=point)
    if row.key_id != asked.name:
        return None
    return KnownTerminal(terminal, revoked, bytes(row.public_key), point=point)
