"""Wishes: kept and withdrawn by who wishes, and the answers that are due."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from central.store.wishes.tables import WishAnswerRow, WishOfferRow, WishRow

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session

    from central.store.database import CentralDatabase

SENT, FAILED = "sent", "failed"


class AnswerLimits(Protocol):
    """How many answers somebody gets in how many days, and how long one is held (WishPolicy)."""

    @property
    def most_answers(self) -> int:
        """Return how many messages."""

    @property
    def answer_days(self) -> float:
        """Return in how many days."""

    @property
    def lease_seconds(self) -> float:
        """Return for how many seconds a process holds a message."""


@dataclass(frozen=True)
class Wish:
    """What somebody wants to do, in which town, since when (ISO 8601)."""

    kinds: tuple[str, ...]
    division: str
    at: str


@dataclass(frozen=True)
class WishOffer:
    """An offer; `account` wrote it down, and it counts while `ended_at` is ""."""

    number: int
    at: str
    account: str
    body: str
    kind: str
    division: str
    words: str
    phone: str
    ended_at: str = ""


@dataclass(frozen=True)
class DueAnswer:
    """An offer to be told now to a person (keyed hash), held by `lease`."""

    person: str
    offer: WishOffer
    tries: int
    lease: str
    sealed: bytes = field(repr=False)

    @property
    def reference(self) -> str:
        """Return the name of the message at the provider, the same at each try."""
        return f"wish:{self.offer.number}:{self.person[:32]}"


@dataclass(frozen=True)
class WishCounts:
    """How many wishes there are, by kind, too; offers that count; offers that were told."""

    wishes: int
    kinds: Mapping[str, int]
    offers: int
    told: int


@dataclass(frozen=True)
class Wishes:
    """All wishes; a person has at most one."""

    database: CentralDatabase

    def keep(self, person: str, wish: Wish, sealed: bytes) -> None:
        """Keep the `wish` of a person in place of an earlier one; `sealed`: the mobile number."""

        def work(session: Session) -> None:
            session.execute(sa.delete(WishRow).where(WishRow.person == person))
            kinds = " ".join(wish.kinds)
            values = {"person": person, "kinds": kinds, "division": wish.division, "at": wish.at}
            session.execute(sa.insert(WishRow), [{**values, "sealed": sealed}])

        self.database.write(work)

    def withdraw(self, person: str) -> bool:
        """Delete the wish of a person and what was told of it; False where there is none."""

        def work(session: Session) -> bool:
            session.execute(sa.delete(WishAnswerRow).where(WishAnswerRow.person == person))
            gone = session.execute(sa.delete(WishRow).where(WishRow.person == person))
            return bool(gone.rowcount)  # type: ignore[attr-defined]

        found = self.database.write(work)
        self.database.shred()
        return found

    def find(self, person: str) -> Wish | None:
        """Return the wish of a person, None for none."""
        row = WishRow
        wanted = sa.select(row.kinds, row.division, row.at).where(row.person == person)
        found = self.database.read(lambda session: session.execute(wanted).first())
        return Wish(tuple(found[0].split()), found[1], found[2]) if found else None

    def told(self, person: str) -> tuple[WishOffer, ...]:
        """Return the offers that a person was told, the newest first."""
        answer = WishAnswerRow
        wanted = (
            sa.select(WishOfferRow)
            .join(answer, answer.offer == WishOfferRow.number)
            .where(answer.person == person, answer.outcome == SENT)
            .order_by(answer.at.desc(), WishOfferRow.number.desc())
        )
        return self.database.read(
            lambda session: tuple(read_offer(row) for row in session.scalars(wanted))
        )

    def forget_old(self, before: datetime) -> int:
        """Delete the wishes of `before`, with what was told of them; return how many."""
        old = sa.select(WishRow.person).where(WishRow.at < before.isoformat(timespec="seconds"))
        found = self.database.read(lambda session: session.scalars(old).all())
        for person in found:
            self.withdraw(person)
        return len(found)

    def claim(self, lease: str, now: datetime, limits: AnswerLimits) -> DueAnswer | None:
        """Return the next answer that is due, held by the unique name `lease`; None for none."""
        at = now.timestamp()
        since = now - timedelta(days=limits.answer_days)
        waiting = _waiting(at, since.isoformat(timespec="seconds"), limits.most_answers)
        if self.database.read(lambda session: session.execute(waiting).first()) is None:
            return None

        def work(session: Session) -> DueAnswer | None:
            found = session.execute(waiting).first()
            if found is None:
                return None
            wish, offer = (
                session.get_one(WishRow, found[0]),
                session.get_one(WishOfferRow, found[1]),
            )
            row = session.get(WishAnswerRow, (wish.person, offer.number))
            if row is None:
                row = WishAnswerRow(person=wish.person, offer=offer.number, tries=0)
                session.add(row)
            row.lease, row.leased_until = lease, at + limits.lease_seconds
            return DueAnswer(wish.person, read_offer(offer), row.tries, lease, wish.sealed)

        return self.database.write(work)

    def settle(self, due: DueAnswer, now: datetime, *, is_sent: bool) -> None:
        """Note that the message `due` was taken (`is_sent`), or never will be."""
        outcome = SENT if is_sent else FAILED
        at = now.isoformat(timespec="seconds")
        self._update(due, {"outcome": outcome, "at": at, "leased_until": 0.0})

    def put_off(self, due: DueAnswer, until: datetime) -> None:
        """Send a message again from `until` on."""
        later = {"tries": due.tries + 1, "look_at": until.timestamp(), "leased_until": 0.0}
        self._update(due, later)

    def _update(self, due: DueAnswer, values: dict[str, Any]) -> None:
        row = WishAnswerRow
        mine = row.person == due.person, row.offer == due.offer.number, row.lease == due.lease
        changed = sa.update(row).where(*mine).values(**values)
        self.database.write(lambda session: session.execute(changed))


def _waiting(at: float, since: str, most: int) -> sa.Select[str, int]:
    """Return the query of the next wish and offer that fit and were not told.

    `at`: now; who got `most` messages since `since` (ISO 8601) waits.
    """
    wish, offer, answer = WishRow, WishOfferRow, WishAnswerRow
    fits = sa.and_(
        sa.literal(" ")
        .concat(wish.kinds)
        .concat(" ")
        .contains(sa.literal(" ").concat(offer.kind).concat(" ")),
        wish.division.startswith(offer.division),
        offer.ended_at == "",
    )
    mine = sa.and_(answer.person == wish.person, answer.offer == offer.number)
    earlier = aliased(answer)
    got = (
        sa.select(sa.func.count())
        .select_from(earlier)
        .where(earlier.person == wish.person, earlier.outcome == SENT, earlier.at >= since)
        .correlate(wish)
        .scalar_subquery()
    )
    free = sa.and_(answer.outcome == "", answer.look_at <= at, answer.leased_until <= at)
    return (
        sa.select(wish.person, offer.number)
        .join(offer, fits)
        .join(answer, mine, isouter=True)
        .where(sa.or_(answer.person.is_(None), free), got < most)
        .order_by(offer.number, wish.person)
        .limit(1)
    )


def read_offer(row: WishOfferRow) -> WishOffer:
    """Return the offer of a row."""
    return WishOffer(
        row.number,
        row.at,
        row.account,
        row.body,
        row.kind,
        row.division,
        row.words,
        row.phone,
        row.ended_at,
    )
