"""Table of the follow-ups of bad ratings (好差评)."""

from __future__ import annotations

from sqlalchemy.orm import Mapped, mapped_column

from central.store.tables import Base


class RatingFollowUpRow(Base):
    """What follows a bad rating: an answer to the person, by the last day `due_on` (ISO).

    `office` is "" for the visit at the point. `answered_at`, `operator` (who answered) and `answer`
    are "" before the answer; the text is blanked with the other plain columns of a closed case.
    `alarm`: the number of its alarm, 0 for none.
    """

    __tablename__ = "rating_follow_up"
    application_id: Mapped[str] = mapped_column(primary_key=True)
    stage: Mapped[str] = mapped_column(primary_key=True)
    office: Mapped[str]
    opened_at: Mapped[str]
    due_on: Mapped[str]
    answered_at: Mapped[str] = mapped_column(default="", index=True)
    operator: Mapped[str] = mapped_column(default="")
    answer: Mapped[str] = mapped_column(default="")
    alarm: Mapped[int] = mapped_column(default=0)
