"""Tables about vouching: counts of each member of the staff, and pictures to be reviewed."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from central.store.tables import Base


class HelperFilingRow(Base):
    """One of the staff (pseudonym at `point`) vouched for a filing or filed for an absent person.

    `kind`: a member of HelperFilingKind. `day`: on which it was signed; `arrived_on`: on which it
    came; ISO dates. `alone`: nobody else vouched.
    """

    __tablename__ = "helper_filing"
    application_id: Mapped[str] = mapped_column(sa.ForeignKey("application.id"), primary_key=True)
    staff: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    point: Mapped[str]
    day: Mapped[str]
    arrived_on: Mapped[str]
    alone: Mapped[bool]
    __table_args__ = (
        sa.Index("helper_filing_by_day", "day"),
        sa.Index("helper_filing_by_arrival", "arrived_on"),
    )


class ReviewRow(Base):
    """The picture of a person for whom one member of the staff vouched, and its review.

    `blob`: SHA-256 of what was sealed; the picture is there when that blob is complete. `reviewer`,
    `verdict` and `reviewed_at` are "" before; `deleted_at` is "" while the picture is kept.
    """

    __tablename__ = "vouching_review"
    application_id: Mapped[str] = mapped_column(sa.ForeignKey("application.id"), primary_key=True)
    point: Mapped[str]
    staff: Mapped[str]
    blob: Mapped[str] = mapped_column(index=True)
    digest: Mapped[str]
    sealed_for: Mapped[str]
    delete_on: Mapped[str] = mapped_column(index=True)
    reviewer: Mapped[str] = mapped_column(default="")
    verdict: Mapped[str] = mapped_column(default="")
    reviewed_at: Mapped[str] = mapped_column(default="")
    deleted_at: Mapped[str] = mapped_column(default="")


class ReviewEventRow(Base):
    """The audit of reviews: who opened a picture, what they said, when it was deleted."""

    __tablename__ = "vouching_review_event"
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    application_id: Mapped[str] = mapped_column(index=True)
    at: Mapped[str]
    event: Mapped[str]
    reviewer: Mapped[str]
