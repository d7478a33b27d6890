"""The audit of the pages for the staff: events are added and read, never changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from central.store.web.tables import WebEventRow
from central.web_accounts import WebEvent, WebEventKind

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from central.store.database import CentralDatabase


@dataclass(frozen=True)
class WebEvents:
    """Every log-in, failure and act."""

    database: CentralDatabase

    def record(self, event: WebEvent) -> None:
        """Add an event in a transaction of its own."""
        self.database.write(lambda session: record_web_event(session, event))

    def all(self) -> tuple[WebEvent, ...]:
        """Return all events in order."""
        wanted = sa.select(WebEventRow).order_by(WebEventRow.number)

        def work(session: Session) -> tuple[WebEvent, ...]:
            return tuple(
                WebEvent(row.at, row.account, row.source, WebEventKind(row.kind), row.detail)
                for row in session.scalars(wanted)
            )

        return self.database.read(work)

    def unended(self, began: WebEventKind, ended: WebEventKind) -> tuple[tuple[str, str], ...]:
        """Return account and detail of each `began` that no `ended` of the same came after."""
        first, later = WebEventRow, aliased(WebEventRow)
        over = sa.exists().where(
            later.kind == ended.value,
            later.account == first.account,
            later.detail == first.detail,
            later.number > first.number,
        )
        wanted = (
            sa.select(first.account, first.detail)
            .where(first.kind == began.value, ~over)
            .group_by(first.account, first.detail)
            .order_by(sa.func.min(first.number))
        )
        return self.database.read(
            lambda session: tuple((one[0], one[1]) for one in session.execute(wanted))
        )


def record_web_event(session: Session, event: WebEvent) -> None:
    """Add an event in the transaction of the act that it tells."""
    session.add(
        WebEventRow(
            at=event.at,
            account=event.account,
            source=event.source,
            kind=event.kind.value,
            detail=event.detail,
        )
    )
