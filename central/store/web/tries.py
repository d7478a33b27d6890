"""Wrong log-ins of an account or a source, and the growing wait before the next one."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from central.store.web.tables import WebTryRow

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from central.policy import WebPolicy
    from central.store.database import CentralDatabase

_SECONDS_AN_HOUR = 3600
_MOST_DOUBLINGS = 30


@dataclass(frozen=True)
class LoginTries:
    """Counts of tries, in the database so that neither a restart nor a second process forgets.

    `account_id` is the account that was typed, `source` the client's address.
    """

    database: CentralDatabase
    policy: WebPolicy

    def begin(self, account_id: str, source: str, now: datetime) -> int:
        """Count one try before it is looked at; return the seconds to wait when it may not be.

        Counted first, so that of many tries at once none is looked at before it counts.
        """
        at, limits = now.timestamp(), self._limits(account_id, source)

        def work(session: Session) -> int:
            old = at - self.policy.forget_hours * _SECONDS_AN_HOUR
            session.execute(sa.delete(WebTryRow).where(WebTryRow.last_at <= old))
            rows = {name: session.get(WebTryRow, name, with_for_update=True) for name in limits}
            waits = [row.wait_until - at for row in rows.values() if row is not None]
            if (wait := max(waits, default=0.0)) > 0:
                return math.ceil(wait)
            for name, free in limits.items():
                row = rows[name]
                if row is None:
                    row = WebTryRow(name=name, count=0)
                    session.add(row)
                row.count, row.last_at = row.count + 1, at
                row.wait_until = at + self._wait_after(row.count, free)
            return 0

        return self.database.write(work)

    def forget(self, account_id: str, source: str) -> None:
        """Take a try back that was right; the account's earlier wrong ones are forgotten.

        Those of its source are not: who guesses at others' accounts from there may own one.
        """
        account, source_name = self._limits(account_id, source)

        def work(session: Session) -> None:
            session.execute(sa.delete(WebTryRow).where(WebTryRow.name == account))
            row = session.get(WebTryRow, source_name, with_for_update=True)
            if row is not None:
                row.count, row.wait_until = max(0, row.count - 1), 0.0

        self.database.write(work)

    def _limits(self, account_id: str, source: str) -> dict[str, int]:
        policy = self.policy
        return {
            f"account:{account_id}": policy.account_tries,
            f"source:{source}": policy.source_tries,
        }

    def _wait_after(self, count: int, free: int) -> float:
        """Return the seconds to wait after `count` wrong tries of which `free` cost nothing."""
        if count < free:
            return 0.0
        doubled = self.policy.first_wait_seconds * 2.0 ** min(count - free, _MOST_DOUBLINGS)
        return min(doubled, self.policy.longest_wait_seconds)
