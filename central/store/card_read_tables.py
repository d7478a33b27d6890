"""Tables of card readings: what shows that a question is about a card that a terminal read."""

from __future__ import annotations

from sqlalchemy.orm import Mapped, mapped_column

from central.store.tables import Base


class CardReadRow(Base):
    """One reading of a card: by which terminal, of whom (keyed hash); `at`: seconds since 1970."""

    __tablename__ = "card_read"
    id: Mapped[str] = mapped_column(primary_key=True)
    terminal: Mapped[str]
    person: Mapped[str] = mapped_column(index=True)
    at: Mapped[float] = mapped_column(index=True)


class CardChipRow(Base):
    """The chip that was read of a person (keyed hashes), the newest one."""

    __tablename__ = "card_chip"
    person: Mapped[str] = mapped_column(primary_key=True)
    chip: Mapped[str]


class TerminalReaderRow(Base):
    """The SAM number of the reader at a terminal, the newest one."""

    __tablename__ = "terminal_reader"
    terminal: Mapped[str] = mapped_column(primary_key=True)
    reader: Mapped[str]
