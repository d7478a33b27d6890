"""Offers of communities and associations, written down by the city's people; and the counts."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from central.store.web.events import record_web_event
from central.store.wishes.tables import WishAnswerRow, WishOfferRow, WishRow
from central.store.wishes.wishes import SENT, WishCounts, read_offer

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from central.store.database import CentralDatabase
    from central.store.wishes.wishes import WishOffer
    from central.web_accounts import WebEvent

_LARGEST = 2**31 - 1


@dataclass(frozen=True)
class WishOffers:
    """All offers; who wishes stands nowhere here."""

    database: CentralDatabase

    def all(self, most: int) -> tuple[tuple[WishOffer, int], ...]:
        """Return the offers with to how many each was told: those that count, then the newest."""
        told = (
            sa.select(sa.func.count())
            .select_from(WishAnswerRow)
            .where(WishAnswerRow.offer == WishOfferRow.number, WishAnswerRow.outcome == SENT)
            .scalar_subquery()
        )
        ended = sa.case((WishOfferRow.ended_at == "", 0), else_=1)
        wanted = sa.select(WishOfferRow, told).order_by(ended, WishOfferRow.number.desc())
        wanted = wanted.limit(most)
        return self.database.read(
            lambda session: tuple(
                (read_offer(row), count) for row, count in session.execute(wanted)
            )
        )

    def add(self, offer: WishOffer, event: WebEvent) -> None:
        """Write an offer down; its number is given here, who and when are those of `event`."""
        row = WishOfferRow(
            at=event.at,
            account=event.account,
            body=offer.body,
            kind=offer.kind,
            division=offer.division,
            words=offer.words,
            phone=offer.phone,
        )

        def work(session: Session) -> None:
            session.add(row)
            record_web_event(session, event)

        self.database.write(work)

    def end(self, number: int, event: WebEvent) -> bool:
        """End the offer `number`; False for one that does not count. `event`: who and when."""
        if number > _LARGEST:
            return False

        def work(session: Session) -> bool:
            row = session.get(WishOfferRow, number)
            if row is None or row.ended_at:
                return False
            row.ended_at = event.at
            record_web_event(session, event)
            return True

        return self.database.write(work)

    def counts(self) -> WishCounts:
        """Return the counts of now."""
        open_ones = sa.select(sa.func.count()).where(WishOfferRow.ended_at == "")
        sent = sa.select(sa.func.count()).where(WishAnswerRow.outcome == SENT)
        by_kinds = sa.select(WishRow.kinds, sa.func.count()).group_by(WishRow.kinds)

        def work(session: Session) -> WishCounts:
            kinds: Counter[str] = Counter()
            whole = 0
            for said, count in session.execute(by_kinds):
                whole += count
                kinds.update(dict.fromkeys(said.split(), count))
            offers, told = session.scalar(open_ones) or 0, session.scalar(sent) or 0
            return WishCounts(whole, kinds, offers, told)

        return self.database.read(work)
