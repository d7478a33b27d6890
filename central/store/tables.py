"""What is kept? Every table of the central service."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from central.tasks import State


class Base(DeclarativeBase):
    """The tables of the central service."""


class Application(Base):
    """One accepted application; `serial` becomes its case number."""

    __tablename__ = "application"
    serial: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    id: Mapped[str] = mapped_column(unique=True)
    digest: Mapped[str]
    person: Mapped[str]
    matter: Mapped[str]
    open: Mapped[bool]
    received_at: Mapped[str]
    due_on: Mapped[str]
    case_number: Mapped[str]
    envelope: Mapped[bytes]
    receipt: Mapped[bytes]
    __table_args__ = (
        sa.Index(
            "one_open_case",
            "person",
            "matter",
            unique=True,
            sqlite_where=sa.text("open"),
            postgresql_where=sa.text("open"),
        ),
    )


class Task(Base):
    """One service of one application."""

    __tablename__ = "task"
    application_id: Mapped[str] = mapped_column(sa.ForeignKey("application.id"), primary_key=True)
    service: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[State]
    changed_at: Mapped[str]


class Rating(Base):
    """One rating of one stage; its application may still be on its way."""

    __tablename__ = "rating"
    application_id: Mapped[str] = mapped_column(primary_key=True)
    stage: Mapped[str] = mapped_column(primary_key=True)
    grade: Mapped[int]
    reasons: Mapped[list[str]] = mapped_column(sa.JSON)
