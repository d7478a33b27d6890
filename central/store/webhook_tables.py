"""Tables of the webhooks of offices' systems: where each is, and what it has not taken yet."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from central.store.tables import Base


class OfficeWebhookRow(Base):
    """The address that a `client` (`OfficeClientRow`) is told events of its office at.

    `failures` in a row, and `retry_at` until which it is left alone; times are seconds since 1970.
    Who sends holds it by `lease` until `leased_until`. `alarm`: the number of its alarm, 0 for
    none.
    """

    __tablename__ = "office_webhook"
    client: Mapped[str] = mapped_column(sa.ForeignKey("office_client.id"), primary_key=True)
    office: Mapped[str] = mapped_column(index=True)
    url: Mapped[str]
    failures: Mapped[int] = mapped_column(default=0)
    retry_at: Mapped[float] = mapped_column(default=0.0)
    lease: Mapped[str] = mapped_column(default="")
    leased_until: Mapped[float] = mapped_column(default=0.0)
    alarm: Mapped[int] = mapped_column(default=0)


class WebhookMessageRow(Base):
    """An event that a client has not taken: a task by its case's `serial` and its service.

    `look_at`: when it is sent next. `failing_since`: since when tries to send it fail, 0.0 for
    none; `trouble` says why the last one did. `dead_at` is "" while it is tried (ISO 8601).
    """

    __tablename__ = "webhook_message"
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    client: Mapped[str] = mapped_column(sa.ForeignKey("office_client.id"), index=True)
    serial: Mapped[int]
    service: Mapped[str]
    kind: Mapped[str]
    at: Mapped[str]
    tries: Mapped[int] = mapped_column(default=0)
    look_at: Mapped[float] = mapped_column(default=0.0)
    failing_since: Mapped[float] = mapped_column(default=0.0)
    trouble: Mapped[str] = mapped_column(default="")
    dead_at: Mapped[str] = mapped_column(default="")
