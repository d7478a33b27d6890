"""The table of the platform's tokens: each proves one person at one terminal, once."""

from __future__ import annotations

from sqlalchemy.orm import Mapped, mapped_column

from central.store.tables import Base


class PhoneTokenRow(Base):
    """A token that was taken: for which terminal, of whom (keyed hash); `at`: seconds since 1970.

    `application` is the one that was filed by it, "" before.
    """

    __tablename__ = "phone_token"
    id: Mapped[str] = mapped_column(primary_key=True)
    terminal: Mapped[str]
    person: Mapped[str]
    at: Mapped[float] = mapped_column(index=True)
    application: Mapped[str]
