"""Counts of filings that the staff vouched for, or filed for absent people, by day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from central.store.cases.intake.helper_look import HelperFilingKind
from central.store.vouching_tables import HelperFilingRow

if TYPE_CHECKING:
    from datetime import date

    from central.store.database import CentralDatabase


@dataclass(frozen=True)
class HelperDay:
    """Counts of one member of the staff on one day; `alone`: vouched without a second one."""

    day: str
    point: str
    staff: str
    vouched: int
    alone: int
    absent: int


@dataclass(frozen=True)
class HelperFilings:
    """The figures by which a supervisor sees how much the staff vouched."""

    database: CentralDatabase

    def days(self, since: date) -> tuple[HelperDay, ...]:
        """Return counts by day, point and pseudonym, from the day `since` on."""
        row = HelperFilingRow
        vouched = row.kind == HelperFilingKind.VOUCHED
        wanted = (
            sa.select(
                row.day,
                row.point,
                row.staff,
                sa.func.count().filter(vouched),
                sa.func.count().filter(vouched, row.alone),
                sa.func.count().filter(row.kind == HelperFilingKind.ABSENT),
            )
            .where(row.day >= since.isoformat())
            .group_by(row.day, row.point, row.staff)
            .order_by(row.day, row.point, row.staff)
        )
        return self.database.read(
            lambda session: tuple(HelperDay(*found) for found in session.execute(wanted))
        )
