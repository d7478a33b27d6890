"""Up to when the database is backed up, which terminals are told.

A terminal keeps what it was given a receipt for until a backup holds it, so that it can send it
again to a service that was put back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy.orm import Mapped, Session, mapped_column

from central.store.tables import Base
from kiosk.civil_time import to_civil

if TYPE_CHECKING:
    from central.store.database import CentralDatabase

_ROW = 1
UNDER_WAY = timedelta(minutes=5)
"""What came so short before a backup may have been stored after it began: a request takes seconds,
and the clocks of several hosts differ."""


class BackupMarkRow(Base):
    """The one row says up to when (`until`, ISO 8601) a finished backup holds what came."""

    __tablename__ = "backup_mark"
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    until: Mapped[str]


@dataclass(frozen=True)
class BackupMarks:
    """The mark of the newest finished backup."""

    database: CentralDatabase

    def note(self, began: datetime) -> None:
        """Record a backup that is on its disk; `began`: when its first row was read (aware)."""
        until = (to_civil(began) - UNDER_WAY).isoformat(timespec="seconds")

        def work(session: Session) -> None:
            row = session.get(BackupMarkRow, _ROW)
            if row is None or row.until < until:
                session.merge(BackupMarkRow(number=_ROW, until=until))

        self.database.write(work)
