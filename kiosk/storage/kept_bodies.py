"""What the central service has signed for, kept until it says that a backup of its holds it.

A service that is put back to an older state has lost what it signed for since: the comparison of
numbers (`kiosk.delivery.reconciliation`) names it, and it is sent again under its id. All of it is
sealed, and only the service can open it. For a service that never told of a backup nothing is kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from kiosk.audit.audit_events import AuditEvent
from kiosk.crypto.envelope import object_of
from kiosk.storage.copies.confirmed_copies import ConfirmedCopies, Copying, describe_paper
from kiosk.storage.copy_rows import describe_row
from kiosk.storage.database import Database, StoreError
from kiosk.storage.tables import BLOB, KEPT_BODY, OUTBOX, Lane, OutboxState
from kiosk.storage.terminal_notes import is_moment, read_note, write_note

NOTE = "backed_up_until"
AGAIN: dict[str, Any] = {
    "state": OutboxState.WAITING,
    "tries": 0,
    "next_try": 0.0,
    "trouble": "",
    "receipt": "",
}
_BODY = (
    sa.select(OUTBOX.c.body, BLOB.c.body.label("page"), BLOB.c.application_id)
    .select_from(OUTBOX.join(BLOB, BLOB.c.digest == OUTBOX.c.id, isouter=True))
    .where(OUTBOX.c.id == sa.bindparam("id"))
)


def keep_body(connection: sa.Connection, parcel_id: str, receipt: str) -> None:
    """Keep the body of what is delivered by the signed `receipt`, unless a backup holds it already.

    Nothing is kept while the central service has not told of any backup.
    """
    told, said = read_note(connection, NOTE), object_of(receipt.encode()) or {}
    until, received = in_utc(told), in_utc(said.get("received_at"))
    row = connection.execute(_BODY, {"id": parcel_id}).one_or_none()
    if not until or received <= until or row is None:
        return
    connection.execute(
        sa.insert(KEPT_BODY),
        {
            "id": parcel_id,
            "application_id": row.application_id or "",
            "received_at": received,
            "body": row.body or row.page,
        },
    )


def erase_backed_up(database: Database, until: object) -> None:
    """Erase what came to the central service up to `until`, as it said itself (ISO 8601).

    Anything else than such a time changes nothing. Raises StoreError.
    """
    moment = in_utc(until)

    def erase(connection: sa.Connection) -> int:
        if not moment or in_utc(read_note(connection, NOTE)) == moment:
            return 0
        write_note(connection, NOTE, moment)
        over = sa.delete(KEPT_BODY).where(KEPT_BODY.c.received_at <= moment)
        return connection.execute(over).rowcount

    if database.run(erase):
        database.shred()


def send_again(database: Database, copies: ConfirmedCopies | None, numbers: Sequence[int]) -> int:
    """Let what the central service has lost wait again; return how many records and papers.

    `numbers`: the sequence numbers that it misses. What is not kept any more is left out. Raises
    StoreError.
    """

    def revive(connection: sa.Connection) -> Sequence[sa.Row[*tuple[Any, ...]]]:
        rows = connection.execute(_lost(numbers)).all()
        for row in rows:
            mine = OUTBOX.c.id == row.id
            if row.lane == Lane.PAPERS:
                page = {"digest": row.id, "application_id": row.application_id}
                connection.execute(
                    sa.insert(BLOB), {**page, "bytes": len(row.kept), "body": row.kept}
                )
                connection.execute(sa.update(OUTBOX).where(mine).values(AGAIN))
            else:
                connection.execute(sa.update(OUTBOX).where(mine).values(body=row.kept, **AGAIN))
            connection.execute(sa.delete(KEPT_BODY).where(KEPT_BODY.c.id == row.id))
        return rows

    rows = database.run(revive)
    for row in rows:
        _copy(copies, row)
    return len(rows)


def in_utc(said: object) -> str:
    """Return an ISO moment in UTC, so that two compare as texts; "" for anything else."""
    if not is_moment(said):
        return ""
    return datetime.fromisoformat(said).astimezone(UTC).isoformat(timespec="seconds")


def _lost(numbers: Sequence[int]) -> sa.Select[Any]:
    kept = KEPT_BODY.c
    return (
        sa.select(OUTBOX, kept.body.label("kept"), kept.application_id)
        .join(KEPT_BODY, kept.id == OUTBOX.c.id)
        .where(OUTBOX.c.sequence.in_(numbers), OUTBOX.c.state == OutboxState.DELIVERED)
        .order_by(OUTBOX.c.sequence)
    )


def _copy(copies: ConfirmedCopies | None, row: sa.Row[*tuple[Any, ...]]) -> None:
    """Make the second copy of what waits again; one that has no room is made at the next check."""
    copying = Copying(copies)
    with suppress(StoreError):
        if row.lane == Lane.PAPERS:
            copying.start(0, 0, describe_paper(row.id, row.application_id), row.kept)
        else:
            columns = {**row._mapping, "body": row.kept}  # noqa: SLF001 - SQLAlchemy's name for it
            about = describe_row(columns, AuditEvent.CONFIRMED, {}, None)
            copying.start(row.sequence, row.sequence, about, row.kept)
    copying.settle()
