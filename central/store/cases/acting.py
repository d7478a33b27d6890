"""Count of the people for whom somebody filed as a friend or relative, over all terminals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from central.store.tables import ActingRow as Row
from kiosk.delivery.principals import SECONDS_A_YEAR

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from central.store.database import CentralDatabase


@dataclass(frozen=True)
class ActingFilings:
    """Who filed as a friend or relative, and for whom; both are keyed hashes."""

    database: CentralDatabase

    def count_others(self, proxy: str, person: str, at: datetime) -> int:
        """Return for how many people but `person` the proxy filed in the year before `at`."""
        return self.database.read(lambda session: count_others(session, proxy, person, at))


def count_others(session: Session, proxy: str, person: str, at: datetime) -> int:
    """Return for how many people but `person` the proxy filed in the year before `at`."""
    oldest = at.timestamp() - SECONDS_A_YEAR
    mine = sa.select(sa.func.count()).where(Row.proxy == proxy, Row.at > oldest)
    return session.scalar(mine.where(Row.person != person)) or 0
