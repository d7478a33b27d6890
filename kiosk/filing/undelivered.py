"""What of the outbox did not arrive yet, why, and how is what was set aside sent again?"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

import sqlalchemy as sa

from kiosk.filing import chain
from kiosk.filing.audit_events import AuditEvent
from kiosk.filing.database import Database
from kiosk.filing.tables import OUTBOX, State

_COLUMNS = (
    OUTBOX.c.id,
    OUTBOX.c.sequence,
    OUTBOX.c.path,
    OUTBOX.c.state,
    OUTBOX.c.tries,
    OUTBOX.c.trouble,
    OUTBOX.c.confirmed_at,
    OUTBOX.c.masked_name,
)


@dataclass(frozen=True)
class Undelivered:
    """A row that the central service has not signed for."""

    id: str
    sequence: int
    path: str
    state: State
    tries: int
    trouble: str
    confirmed_at: str
    masked_name: str = field(repr=False)


def read_undelivered(database: Database) -> tuple[Undelivered, ...]:
    """Return what waits or was set aside, oldest first."""
    query = (
        sa.select(*_COLUMNS).where(OUTBOX.c.state != State.DELIVERED).order_by(OUTBOX.c.sequence)
    )
    rows = database.run(lambda connection: connection.execute(query).all())
    return tuple(Undelivered(*row) for row in rows)


def send_again(database: Database, ids: Collection[str], at: str) -> tuple[str, ...]:
    """Let rows that were set aside wait again, under their old numbers; return which did.

    The running kiosk finds them within a minute. What waits or was delivered stays as it is.
    """

    def move(connection: sa.Connection) -> tuple[str, ...]:
        moved = tuple(one for one in dict.fromkeys(ids) if _let_wait(connection, one))
        for one in moved:
            chain.append(connection, at, AuditEvent.SENT_AGAIN, one, {})
        return moved

    return database.run(move)


def _let_wait(connection: sa.Connection, parcel_id: str) -> bool:
    set_aside = (OUTBOX.c.id == parcel_id) & (OUTBOX.c.state == State.QUARANTINED)
    waiting = {"state": State.WAITING, "tries": 0, "next_try": 0.0}
    return connection.execute(sa.update(OUTBOX).where(set_aside).values(waiting)).rowcount == 1
