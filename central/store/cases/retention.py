"""Retention: plain columns of closed cases are blanked after some days.

Masked names, the offices' words about single services, and the texts of messages serve desk and
person while a case is under way and for some days after. Services, states and dates stay: that is
the case record, under a number and a keyed hash.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from central.store.rating_tables import RatingFollowUpRow
from central.store.tables import (
    ApplicationRow,
    Base,
    ConfirmationRow,
    MessageRow,
    RatingRow,
    TaskRow,
)
from central.store.web.tables import DeskActRow

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from central.policy import RetentionPolicy
    from central.store.database import CentralDatabase

BLANKED: tuple[tuple[type[Base], Any, tuple[str, ...]], ...] = (
    (ApplicationRow, ApplicationRow.id, ("masked_name",)),
    (ConfirmationRow, ConfirmationRow.application_id, ("filer", "relation")),
    (TaskRow, TaskRow.application_id, ("reason",)),
    (DeskActRow, DeskActRow.application_id, ("reason",)),
    (MessageRow, MessageRow.application_id, ("mobile", "text")),
    (RatingRow, RatingRow.application_id, ("words",)),
    (RatingFollowUpRow, RatingFollowUpRow.application_id, ("answer",)),
)
"""Each table with the column that names the case, and the columns that are blanked."""


@dataclass(frozen=True)
class CaseRetention:
    """Blanks plain columns of cases that closed long enough ago."""

    database: CentralDatabase

    def blank(self, now: datetime, policy: RetentionPolicy) -> int:
        """Blank the columns of cases older than `policy.closed_days`; return the number of rows."""
        oldest = (now - timedelta(days=policy.closed_days)).isoformat(timespec="seconds")

        def work(session: Session) -> int:
            return sum(_blank(session, oldest, *one) for one in BLANKED)

        if not self.database.read(lambda session: _is_any_due(session, oldest)):
            return 0
        blanked = self.database.write(work)
        self.database.shred()
        return blanked


def _blank(
    session: Session, oldest: str, table: type[Base], case: Any, names: tuple[str, ...]
) -> int:
    wanted = sa.update(table).where(_is_due(oldest, table, case, names))
    options = {"synchronize_session": False}
    found = session.execute(wanted.values(dict.fromkeys(names, "")), execution_options=options)
    return int(found.rowcount)  # type: ignore[attr-defined]


def _is_any_due(session: Session, oldest: str) -> bool:
    wanted = (
        sa.select(sa.literal(1)).where(_is_due(oldest, table, case, names)).limit(1)
        for table, case, names in BLANKED
    )
    return any(session.scalar(one) for one in wanted)


def _is_due(
    oldest: str, table: type[Base], case: Any, names: tuple[str, ...]
) -> sa.ColumnElement[bool]:
    closed = sa.select(ApplicationRow.id).where(
        ApplicationRow.closed_at != "",
        ApplicationRow.closed_at < oldest,
        sa.not_(ApplicationRow.open),
    )
    says_something = sa.or_(*(getattr(table, name) != "" for name in names))
    return sa.and_(says_something, case.in_(closed))
