"""Tables of wishes: what somebody wants to do, who looks for people, and what was told to whom."""

from __future__ import annotations

from sqlalchemy.orm import Mapped, mapped_column

from central.store.tables import Base


class WishRow(Base):
    """The wish of a person (keyed hash): kinds by code, divided by blanks, and the own town.

    `sealed`: the mobile number, which the vault alone opens. `at`: when they agreed, ISO 8601.
    """

    __tablename__ = "wish"
    person: Mapped[str] = mapped_column(primary_key=True)
    kinds: Mapped[str]
    division: Mapped[str] = mapped_column(index=True)
    sealed: Mapped[bytes]
    at: Mapped[str]


class WishOfferRow(Base):
    """An offer of a community or association (`body`): kind, place (county or town), words, phone.

    `account`: who wrote it down; `ended_at` is "" while it counts.
    """

    __tablename__ = "wish_offer"
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    at: Mapped[str]
    account: Mapped[str]
    body: Mapped[str]
    kind: Mapped[str]
    division: Mapped[str]
    words: Mapped[str]
    phone: Mapped[str]
    ended_at: Mapped[str] = mapped_column(default="")


class WishAnswerRow(Base):
    """An offer that is told to a person; `outcome` is "" until it was, or could not be.

    Who sends it holds it by `lease` until `leased_until`; `look_at`: when it is sent next. Times
    are seconds since 1970; `at`: when it was settled, ISO 8601.
    """

    __tablename__ = "wish_answer"
    person: Mapped[str] = mapped_column(primary_key=True)
    offer: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    outcome: Mapped[str] = mapped_column(default="")
    at: Mapped[str] = mapped_column(default="")
    tries: Mapped[int] = mapped_column(default=0)
    look_at: Mapped[float] = mapped_column(default=0.0)
    lease: Mapped[str] = mapped_column(default="")
    leased_until: Mapped[float] = mapped_column(default=0.0)
