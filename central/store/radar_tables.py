"""The tables of what the radar prepared, of the offices' looks, and of who wants none of it."""

from __future__ import annotations

from sqlalchemy.orm import Mapped, mapped_column

from central.store.tables import Base


class PreparationRow(Base):
    """What was prepared for a person (keyed hash), sealed with a key of that person.

    `ready`: the pension can be filed for. `run_at`: the newest run that found the person.
    """

    __tablename__ = "preparation"
    person: Mapped[str] = mapped_column(primary_key=True)
    sealed: Mapped[bytes]
    ready: Mapped[bool]
    prepared_at: Mapped[str]
    run_at: Mapped[str]


class OfficeLookRow(Base):
    """A task of an office to look, read only, at what it keeps of a person; no finding stands here.

    `looked_at` is "" until the office could tell.
    """

    __tablename__ = "office_look"
    person: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    office: Mapped[str]
    asked_at: Mapped[str]
    looked_at: Mapped[str]


class RadarOptOutRow(Base):
    """A person (keyed hash) for whom nothing is prepared any more, since `at`."""

    __tablename__ = "radar_opt_out"
    person: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[str]
