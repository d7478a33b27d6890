"""Storage of the platform's tokens, so that each counts once, at one terminal, for one person."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from central.store.phone_token_tables import PhoneTokenRow

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session

    from central.store.database import CentralDatabase

_NOTE = sa.text(
    "INSERT INTO phone_token (id, terminal, person, at, application)"
    " VALUES (:id, :terminal, :person, :at, '') ON CONFLICT DO NOTHING"
)
KEPT_SECONDS = 90 * 86_400.0
"""As long as an application may still be on its way from a terminal without the network."""


@dataclass(frozen=True)
class TokenUse:
    """Where and of whom a token is used; `person` is a keyed hash, `at` seconds since 1970."""

    token: str
    terminal: str
    person: str
    at: float


@dataclass(frozen=True)
class PhoneTokens:
    """Tokens that were taken; their ids are kept as hashes."""

    database: CentralDatabase

    def take(self, use: TokenUse) -> bool:
        """Record a token; return False when it was taken before. Old ones are forgotten.

        It is durable when this returns: an application that comes later is taken by this row alone.
        """
        old = PhoneTokenRow.at < use.at - KEPT_SECONDS
        said = {"id": _name(use.token), "terminal": use.terminal, "person": use.person}

        def work(session: Session) -> bool:
            session.execute(sa.delete(PhoneTokenRow).where(old))
            return _written(session, _NOTE, {**said, "at": use.at}) == 1

        return self.database.write(work)

    def proves(self, use: TokenUse, longest_seconds: float) -> bool:
        """Tell whether a token was taken here for this person, at most `longest_seconds` before."""
        row = PhoneTokenRow
        wanted = sa.select(row.at).where(
            row.id == _name(use.token), row.terminal == use.terminal, row.person == use.person
        )
        at: float | None = self.database.read(lambda session: session.scalar(wanted))
        return at is not None and use.at - longest_seconds <= at <= use.at

    def file(self, use: TokenUse, application: str) -> bool:
        """Bind a token to the application that is filed by it; return False for another's token.

        Filing the same application again is harmless.
        """
        row = PhoneTokenRow
        mine = sa.and_(
            row.id == _name(use.token),
            row.terminal == use.terminal,
            row.person == use.person,
            row.application.in_(("", application)),
        )
        bind = sa.update(row).where(mine).values(application=application)
        return self.database.write(lambda session: _written(session, bind) == 1)


def _written(
    session: Session, statement: sa.Executable, values: Mapping[str, object] | None = None
) -> int:
    """Run one statement with these `values`; return how many rows it wrote."""
    return session.connection().execute(statement, dict(values or {})).rowcount


def _name(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
