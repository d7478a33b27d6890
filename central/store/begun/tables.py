"""Tables of what was begun elsewhere and waits for its person, sealed."""

from __future__ import annotations

from sqlalchemy.orm import Mapped, mapped_column

from central.store.tables import Base


class DraftRow(Base):
    """A draft that its token opens; `name` is the token's digest, `at` seconds since 1970."""

    __tablename__ = "draft"
    name: Mapped[str] = mapped_column(primary_key=True)
    sealed: Mapped[bytes]
    at: Mapped[float]


class HandedRow(Base):
    """The sealed draft that the employer `unit` began for a person (keyed hash)."""

    __tablename__ = "handed"
    person: Mapped[str] = mapped_column(primary_key=True)
    unit: Mapped[str]
    sealed: Mapped[bytes]


class HandedPageRow(Base):
    """A sealed page that came with what an employer began for a person (keyed hash)."""

    __tablename__ = "handed_page"
    person: Mapped[str] = mapped_column(primary_key=True)
    blob: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[str]
