"""Tables of the task engine: failed calls of a task, and the offices that have workers."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from central.store.tables import Base


class TaskFailureRow(Base):
    """Failed calls about a task since its last move (`trouble`: the newest one).

    `dead_at` is "" while the office is asked again; after it nobody asks until an operator says so.
    `alarm`: the number of its alarm, 0 for none.
    """

    __tablename__ = "task_failure"
    application_id: Mapped[str] = mapped_column(sa.ForeignKey("application.id"), primary_key=True)
    service: Mapped[str] = mapped_column(primary_key=True)
    failures: Mapped[int]
    trouble: Mapped[str]
    first_at: Mapped[str]
    last_at: Mapped[str]
    dead_at: Mapped[str] = mapped_column(default="")
    alarm: Mapped[int] = mapped_column(default=0)


class OfficeQueueRow(Base):
    """An office whose tasks workers look at, since `at`; of the others no jobs are written."""

    __tablename__ = "office_queue"
    office: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[str]
