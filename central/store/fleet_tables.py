"""Tables of the control room: what technicians do about alarms, and rings of releases.

Their rows are added and never changed.
"""

from __future__ import annotations

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
