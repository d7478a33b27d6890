"""Tables of the pages for the staff: accounts, sessions, tries, their audit, acknowledgements.

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
