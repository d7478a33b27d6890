"""Tables of sending alarms on: the ways, and which alarm was sent by which."""

from __future__ import annotations

from sqlalchemy.orm import Mapped, mapped_column

from central.store.tables import Base


class AlarmWayRow(Base):
    """A `way` by which alarms with numbers above `since` are sent.

    `failures` in a row, the `trouble` of the newest, and `retry_at` until which nothing is sent;
    times are seconds since 1970. Who sends holds it by `lease` until `leased_until`. `alarm`: the
    number of the alarm that it fails, 0 for none.
    """

    __tablename__ = "alarm_way"
    way: Mapped[str] = mapped_column(primary_key=True)
    since: Mapped[int]
    failures: Mapped[int] = mapped_column(default=0)
    trouble: Mapped[str] = mapped_column(default="")
    retry_at: Mapped[float] = mapped_column(default=0.0)
    lease: Mapped[str] = mapped_column(default="")
    leased_until: Mapped[float] = mapped_column(default=0.0)
    alarm: Mapped[int] = mapped_column(default=0)


class AlarmSentRow(Base):
    """An alarm that was sent by a way, and when."""

    __tablename__ = "alarm_sent"
    alarm: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    way: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[str]
