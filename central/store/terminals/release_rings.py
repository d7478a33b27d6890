"""Rings of releases: which version which share of the terminals runs, and who stopped it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from central.fleet.rings import ReleaseRing, RingAct
from central.store.web.events import record_web_event
from central.store.web.fleet_tables import ReleaseRingRow

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from central.store.database import CentralDatabase
    from central.web_accounts import WebEvent

_NEWEST = sa.text("SELECT * FROM release_ring ORDER BY number DESC LIMIT 1")


@dataclass(frozen=True)
class ReleaseRings:
    """All rings, each a row that is never changed."""

    database: CentralDatabase

    def newest(self) -> ReleaseRing | None:
        """Return the ring that counts, None before there was one."""
        row = self.database.look(_NEWEST, {})
        if row is None:
            return None
        act = RingAct(row.act)
        return ReleaseRing(
            row.number, row.version, row.percent, act, row.at, row.account, row.words
        )

    def set(self, version: str, percent: float, at: str) -> None:
        """Add a ring, which counts from now on, also after one that was stopped.

        `version` is for a share of all terminals in percent (`percent`, 0 to 100); `at` is now, in
        ISO 8601.
        """
        row = ReleaseRingRow(version=version, percent=percent, act=RingAct.SET.value, at=at)
        self.database.write(lambda session: session.add(row))

    def stop(self, number: int, words: str, event: WebEvent) -> bool:
        """Stop the ring `number`; False when it is not the newest, or was stopped before.

        `event` tells the audit who and when; `words` is the reason.
        """

        def work(session: Session) -> bool:
            wanted = sa.select(ReleaseRingRow).order_by(ReleaseRingRow.number.desc()).limit(1)
            row = session.scalars(wanted).first()
            if row is None or row.number != number or row.act == RingAct.STOPPED.value:
                return False
            stopped = ReleaseRingRow(
                version=row.version,
                percent=row.percent,
                act=RingAct.STOPPED.value,
                at=event.at,
                account=event.account,
                words=words,
            )
            session.add(stopped)
            record_web_event(session, event)
            return True

        return self.database.write(work)
