"""Tables of the control room: acts about alarms and enrolments, rings of releases, requests.

Acts and rings are added and never changed; of a request only the result is filled in.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from central.store.tables import Base


class AlarmActRow(Base):
    """What a technician (`account`) did about an alarm: assigned or muted it.

    `target`: to whom it was assigned; `until`: ISO 8601, how long alarms of the same terminal and
    kind are muted; `words`: the reason. Each is "" where the act has none.
    """

    __tablename__ = "alarm_act"
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    alarm: Mapped[int] = mapped_column(index=True)
    act: Mapped[str]
    at: Mapped[str]
    account: Mapped[str]
    target: Mapped[str] = mapped_column(default="")
    until: Mapped[str] = mapped_column(default="")
    words: Mapped[str] = mapped_column(default="")


class ReleaseRingRow(Base):
    """A ring that was set or stopped (`act`); the newest row counts.

    `account` is "" for the operator's command; `words`: why it was stopped.
    """

    __tablename__ = "release_ring"
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    version: Mapped[str]
    percent: Mapped[float]
    act: Mapped[str]
    at: Mapped[str]
    account: Mapped[str] = mapped_column(default="")
    words: Mapped[str] = mapped_column(default="")


class TerminalRequestRow(Base):
    """What a technician (`account`) asked a terminal for; `outcome` is "" until it answered.

    `kind`: of `kiosk.fleet.terminal_requests.RequestKind`. `valid_until` in ISO 8601.
    """

    __tablename__ = "terminal_request"
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    terminal: Mapped[str] = mapped_column(index=True)
    kind: Mapped[str]
    at: Mapped[str]
    account: Mapped[str]
    valid_until: Mapped[str]
    answered_at: Mapped[str] = mapped_column(default="")
    outcome: Mapped[str] = mapped_column(default="")


class EnrolmentReviewRow(Base):
    """What a technician (`account`) said of an enrolment (`act`): confirmed or refused it.

    `fingerprint`: the digits that were read off the terminal; `words`: why it was refused. Nobody
    says twice.
    """

    __tablename__ = "enrolment_review"
    __table_args__ = (sa.UniqueConstraint("enrolment", "account", name="one_review_each"),)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    enrolment: Mapped[str] = mapped_column(index=True)
    act: Mapped[str]
    at: Mapped[str]
    account: Mapped[str]
    fingerprint: Mapped[str]
    words: Mapped[str] = mapped_column(default="")


class ReadinessSheetRow(Base):
    """The newest readiness sheet of a terminal (JSON), and when it came."""

    __tablename__ = "readiness_sheet"
    terminal: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[str]
    body: Mapped[str]
