"""Tables of the pages for the staff: accounts, sessions, tries, their audit, acts about tasks.

Columns of numbers that are times hold seconds since 1970.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from central.store.tables import Base
from kiosk.staff.code import NEVER


class WebAccountRow(Base):
    """An account (`central.web_accounts.WebCredentials`); `disabled_at` is "" while it is used."""

    __tablename__ = "web_account"
    id: Mapped[str] = mapped_column(primary_key=True)
    role: Mapped[str]
    office: Mapped[str]
    password_hash: Mapped[str] = mapped_column(default="")
    code_key: Mapped[str]
    code_step: Mapped[int] = mapped_column(sa.BigInteger, default=NEVER)
    setup: Mapped[str] = mapped_column(default="")
    setup_until: Mapped[float] = mapped_column(default=0.0)
    disabled_at: Mapped[str] = mapped_column(default="")


class WebSessionRow(Base):
    """A session; `token` is the SHA-256 in hex of what the browser's cookie holds."""

    __tablename__ = "web_session"
    token: Mapped[str] = mapped_column(primary_key=True)
    account: Mapped[str] = mapped_column(index=True)
    begun_at: Mapped[float]
    seen_at: Mapped[float]


class WebTryRow(Base):
    """Wrong tries of an account or a source (`name`), and until when the next one has to wait."""

    __tablename__ = "web_try"
    name: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int]
    last_at: Mapped[float]
    wait_until: Mapped[float]


class WebEventRow(Base):
    """One event of the audit (`central.web_accounts.WebEvent`)."""

    __tablename__ = "web_event"
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    at: Mapped[str]
    account: Mapped[str] = mapped_column(index=True)
    source: Mapped[str]
    kind: Mapped[str]
    detail: Mapped[str]


class OfficeClientRow(Base):
    """An account of an office's own system; `disabled_at` is "" while it is used."""

    __tablename__ = "office_client"
    id: Mapped[str] = mapped_column(primary_key=True)
    office: Mapped[str]
    added_at: Mapped[str]
    disabled_at: Mapped[str] = mapped_column(default="")


class OfficeCertificateRow(Base):
    """A certificate of a `client` by its `x5t#S256` (RFC 8705 §3.1), and until when it counts."""

    __tablename__ = "office_certificate"
    thumbprint: Mapped[str] = mapped_column(primary_key=True)
    client: Mapped[str] = mapped_column(sa.ForeignKey("office_client.id"), index=True)
    good_until: Mapped[float]


class AlarmAcknowledgementRow(Base):
    """Who took note of an alarm, when and why nothing more is to be done."""

    __tablename__ = "alarm_acknowledgement"
    alarm: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[str]
    account: Mapped[str]
    reason: Mapped[str]


class TaskHolderRow(Base):
    """The clerk (`account`) who works on a task since `at`; workers leave it alone."""

    __tablename__ = "task_holder"
    application_id: Mapped[str] = mapped_column(sa.ForeignKey("application.id"), primary_key=True)
    service: Mapped[str] = mapped_column(primary_key=True)
    account: Mapped[str] = mapped_column(index=True)
    at: Mapped[str]


class DeskActRow(Base):
    """An act of an office's people about a task (`central.office_desk.acts`), in their order.

    `reason` in words for the person, `due_on` of what the person has to bring (ISO), `colleague`
    who has the task from then on; each "" where it does not apply. `result`: what an end gives to
    the person, sealed to the vault, None for nothing; `asks_person`: it asks something of them.
    `file`: the certificate's file, sealed, until the decision has an outcome.
    """

    __tablename__ = "desk_act"
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    application_id: Mapped[str] = mapped_column(sa.ForeignKey("application.id"), index=True)
    service: Mapped[str]
    act: Mapped[str]
    account: Mapped[str]
    at: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")
    due_on: Mapped[str] = mapped_column(default="")
    colleague: Mapped[str] = mapped_column(default="")
    result: Mapped[bytes | None] = mapped_column(default=None, deferred=True)
    asks_person: Mapped[bool] = mapped_column(default=False)
    file: Mapped[bytes | None] = mapped_column(default=None, deferred=True)


class DeskReviewRow(Base):
    """What a second person said of a decision (`act`), or that it was withdrawn.

    `result`: that of the decision, sealed anew at the time of the confirmation.
    """

    __tablename__ = "desk_review"
    act: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    verdict: Mapped[str]
    account: Mapped[str]
    at: Mapped[str]
    result: Mapped[bytes | None] = mapped_column(default=None)


class DeskOutcomeRow(Base):
    """What became of a decision (`act`) when the service carried it out, once."""

    __tablename__ = "desk_outcome"
    act: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    outcome: Mapped[str]
    at: Mapped[str]


class DeskFailureRow(Base):
    """Failed tries of the service to carry a decision (`act`) out (`trouble`: the newest one).

    `retry_at`: when it is tried again. `dead_at` is "" while it is; after it nobody tries until an
    operator says so. `alarm`: the number of its alarm, 0 for none.
    """

    __tablename__ = "desk_failure"
    act: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    failures: Mapped[int]
    trouble: Mapped[str]
    last_at: Mapped[str]
    retry_at: Mapped[float]
    dead_at: Mapped[str] = mapped_column(default="")
    alarm: Mapped[int] = mapped_column(default=0)
