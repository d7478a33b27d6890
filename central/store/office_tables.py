"""Tables of the offices' work: failed calls, offices with workers; moves, deadlines, results."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from central.store.tables import Base
from central.tasks import TaskState

FINAL = "9999-12-31"
"""The day of the last look at a deadline that nobody needs to look at again."""
IS_NEAR = "level <> 'calm'"
"""Condition of the index of deadlines that are near or over, which are few."""


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


class TaskMoveRow(Base):
    """A task came into `state`; its first state has no row.

    `account`: who at the office's desk decided that, "" for a system or the person.
    """

    __tablename__ = "task_move"
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    application_id: Mapped[str] = mapped_column(sa.ForeignKey("application.id"), index=True)
    service: Mapped[str]
    state: Mapped[TaskState] = mapped_column(sa.Enum(TaskState, native_enum=False, length=16))
    at: Mapped[str]
    account: Mapped[str] = mapped_column(default="")


class TaskResultRow(Base):
    """The result of a service, sealed to the vault (`central.results.sealing`).

    `file`: the sealed certificate, b"" for none. `at`: the time of the decision, ISO 8601.
    """

    __tablename__ = "task_result"
    application_id: Mapped[str] = mapped_column(sa.ForeignKey("application.id"), primary_key=True)
    service: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[str]
    envelope: Mapped[bytes]
    file: Mapped[bytes] = mapped_column(default=b"")


class TaskDeadlineRow(Base):
    """The deadline of a task (`central.offices.deadlines`); ISO dates.

    `promised_on` is "" where no day is promised. `due_on`: with the stops of the clock. `level`: a
    `DeadlineLevel`, and `alarm` the number of its alarm, 0 for none. `looked_on`: the last day on
    which somebody looked, "" after a move, `FINAL` once nobody needs to look again.
    """

    __tablename__ = "task_deadline"
    application_id: Mapped[str] = mapped_column(sa.ForeignKey("application.id"), primary_key=True)
    service: Mapped[str] = mapped_column(primary_key=True)
    promised_on: Mapped[str]
    due_on: Mapped[str]
    level: Mapped[str]
    looked_on: Mapped[str] = mapped_column(default="")
    alarm: Mapped[int] = mapped_column(default=0)
    __table_args__ = (
        sa.Index("looked_deadlines", "looked_on", "application_id", "service"),
        sa.Index(
            "near_deadlines",
            "level",
            "due_on",
            "application_id",
            "service",
            sqlite_where=sa.text(IS_NEAR),
            postgresql_where=sa.text(IS_NEAR),
        ),
    )
