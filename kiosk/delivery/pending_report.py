"""Records that have not arrived: listed with the reason, sent again, or withdrawn."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

import sqlalchemy as sa

from kiosk.audit.audit_events import AuditEvent
from kiosk.storage import audit_chain
from kiosk.storage.backup import let_go
from kiosk.storage.database import Database
from kiosk.storage.tables import BLOB, IS_WITHDRAWN, OUTBOX, WITHDRAWN, OutboxState

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
    """A record that the central service has not signed for."""

    id: str
    sequence: int
    path: str
    state: OutboxState
    tries: int
    trouble: str
    confirmed_at: str
    masked_name: str = field(repr=False)


def read_undelivered(database: Database) -> tuple[Undelivered, ...]:
    """Return what waits or was set aside, oldest first. Raises StoreError."""
    wanted = (OUTBOX.c.state != OutboxState.DELIVERED) & sa.not_(IS_WITHDRAWN)
    query = sa.select(*_COLUMNS).where(wanted).order_by(OUTBOX.c.sequence)
    rows = database.run(lambda connection: connection.execute(query).all())
    return tuple(Undelivered(*row) for row in rows)


def send_again(database: Database, ids: Collection[str], at: str) -> tuple[str, ...]:
    """Let records that were set aside wait again, under their old numbers; return which did.

    `ids` are those of the records. The running kiosk finds them within a minute. What waits or was
    delivered stays as it is.
    """

    def move(connection: sa.Connection) -> tuple[str, ...]:
        moved = tuple(one for one in dict.fromkeys(ids) if let_wait(connection, one))
        for one in moved:
            audit_chain.append(connection, at, AuditEvent.SENT_AGAIN, one, {})
        return moved

    return database.run(move)


def withdraw(database: Database, parcel_id: str, at: str) -> bool:
    """Shred the body and papers of a record that was set aside; it is never sent again.

    Returns False, and changes nothing, when no such record was set aside. What waits can't be
    withdrawn here: the central service may have it.
    """

    def end(connection: sa.Connection) -> bool:
        names = [parcel_id, *connection.scalars(_papers_of(parcel_id))]
        ended = {"body": None, "state": OutboxState.QUARANTINED, "trouble": WITHDRAWN}
        mine = (OUTBOX.c.id == parcel_id) & (OUTBOX.c.state == OutboxState.QUARANTINED)
        if connection.execute(sa.update(OUTBOX).where(mine).values(ended)).rowcount != 1:
            return False
        papers = OUTBOX.c.id.in_(names[1:]) & (OUTBOX.c.state != OutboxState.DELIVERED)
        connection.execute(sa.update(OUTBOX).where(papers).values(ended))
        connection.execute(sa.delete(BLOB).where(BLOB.c.digest.in_(names[1:])))
        audit_chain.append(connection, at, AuditEvent.WITHDRAWN, parcel_id, {})
        return True

    found = database.run(end)
    if found:
        database.shred()
        let_go(database, (parcel_id,))
    return found


def _papers_of(parcel_id: str) -> sa.Select[tuple[str]]:
    return sa.select(BLOB.c.digest).where(BLOB.c.application_id == parcel_id)


def let_wait(connection: sa.Connection, parcel_id: str) -> bool:
    """Let one record that was set aside wait again; False when it was not, or is withdrawn."""
    set_aside = (OUTBOX.c.id == parcel_id) & (OUTBOX.c.state == OutboxState.QUARANTINED)
    waiting = {"state": OutboxState.WAITING, "tries": 0, "next_try": 0.0, "receipt": ""}
    change = sa.update(OUTBOX).where(set_aside, sa.not_(IS_WITHDRAWN)).values(waiting)
    return connection.execute(change).rowcount == 1
