"""Storage of the staff's sessions; a cookie's token is kept as its digest only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from central.store.web.tables import WebAccountRow, WebSessionRow
from central.web_accounts import WebAccount, WebRole

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from central.policy import WebPolicy
    from central.store.database import CentralDatabase

_SECONDS_A_MINUTE = 60
_SECONDS_AN_HOUR = 3600
_SEEN = (
    sa.update(WebSessionRow)
    .where(WebSessionRow.token == sa.bindparam("of"))
    .values(seen_at=sa.bindparam("at"))
)


@dataclass(frozen=True)
class WebSessions:
    """Sessions that end after a time without a request, after a longest time, or by log-out."""

    database: CentralDatabase
    policy: WebPolicy

    def begin(self, token: str, account_id: str, now: datetime) -> None:
        """Begin a session of `account_id`, and delete those that are over.

        `token` is the digest of the cookie's.
        """
        at = now.timestamp()

        def work(session: Session) -> None:
            session.execute(sa.delete(WebSessionRow).where(~self._lasts(at)))
            row = WebSessionRow(token=token, account=account_id, begun_at=at, seen_at=at)
            session.add(row)

        self.database.write(work)

    def find(self, token: str, now: datetime) -> WebAccount | None:
        """Return whose session lasts at `now`, by the digest of its token."""
        account, at = WebAccountRow, now.timestamp()
        wanted = (
            sa.select(account.id, account.role, account.office)
            .join(WebSessionRow, WebSessionRow.account == account.id)
            .where(WebSessionRow.token == token, account.disabled_at == "", self._lasts(at))
        )
        found = self.database.read(lambda session: session.execute(wanted).first())
        return WebAccount(found[0], WebRole(found[1]), found[2]) if found else None

    def note_seen(self, token: str, now: datetime) -> None:
        """Record that the session was used; durable soon, not at once."""
        self.database.put_down(_SEEN, {"of": token, "at": now.timestamp()})

    def end(self, token: str) -> None:
        """End one session."""
        ending = sa.delete(WebSessionRow).where(WebSessionRow.token == token)
        self.database.write(lambda session: session.execute(ending))

    def _lasts(self, at: float) -> sa.ColumnElement[bool]:
        idle = at - self.policy.idle_minutes * _SECONDS_A_MINUTE
        longest = at - self.policy.longest_hours * _SECONDS_AN_HOUR
        return sa.and_(WebSessionRow.seen_at > idle, WebSessionRow.begun_at > longest)
