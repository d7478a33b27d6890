"""Tables of the city's daily figures and of notices to offices, and what makes both quick.

The indexes of `application`, `task_move` and `rating` are read by `CityRollUp` alone.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from central.store.office_tables import TaskMoveRow
from central.store.tables import ApplicationRow, Base, RatingRow

CLOSED = "closed_at <> ''"

sa.Index("ix_application_received_at", ApplicationRow.received_at)
sa.Index(
    "ix_application_closed_at",
    ApplicationRow.closed_at,
    sqlite_where=sa.text(CLOSED),
    postgresql_where=sa.text(CLOSED),
)
sa.Index("ix_task_move_at", TaskMoveRow.at)
sa.Index("ix_rating_received_at", RatingRow.received_at)


class CityFigureRow(Base):
    """A count of one period: a day (ISO), a month (YYYY-MM), or `now`.

    `dimension` and `key` say of what: all, an office, a service, a point, a way, a holder.
    `figure` says what is counted; `value` splits it: working days until the end, the grade of a
    rating, 0 where nothing is split.
    """

    __tablename__ = "city_figure"
    dimension: Mapped[str] = mapped_column(primary_key=True)
    period: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    figure: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    count: Mapped[int]


class NoticeEventRow(Base):
    """A step of a notice to an office (通报, 限期整改); no row is ever changed.

    `notice`: the number of its first step; `step` counts from 1. `due_on`: ISO date, "" where the
    step sets none. `digest`: SHA-256 over this step and the digest of the one before in the table.
    """

    __tablename__ = "notice_event"
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    notice: Mapped[int]
    step: Mapped[int]
    kind: Mapped[str]
    office: Mapped[str] = mapped_column(index=True)
    at: Mapped[str]
    account: Mapped[str]
    words: Mapped[str]
    due_on: Mapped[str] = mapped_column(default="")
    digest: Mapped[str]
    __table_args__ = (sa.UniqueConstraint("notice", "step"),)
