"""Rows of the outbox read as bytes, and their description in a second copy.

Damage may have left no text in a column, or a state that does not exist, so columns are read as
bytes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from kiosk.audit.audit import AuditEntry, head
from kiosk.storage.copies.copy_format import PAPER, FoundCopy
from kiosk.storage.integrity import is_deliverable
from kiosk.storage.tables import OUTBOX, WITHDRAWN, Lane, OutboxState

_TEXTS = ("id", "path", "media_type", "digest", "masked_name", "services", "confirmed_at")
_CAST, _NUMBERS = (*_TEXTS, "state", "trouble"), ("sequence", "lane")
_ROW: Any = sa.select(
    sa.literal_column("outbox.rowid").label("place"),
    *(sa.cast(OUTBOX.c[name], sa.LargeBinary).label(name) for name in _CAST),
    *(sa.type_coerce(OUTBOX.c[name], sa.types.NullType()).label(name) for name in _NUMBERS),
    OUTBOX.c.body,
)
OPEN = (OutboxState.WAITING, OutboxState.QUARANTINED)


@dataclass(frozen=True)
class StoredRow:
    """One row; a number that cannot be read is -1. `place` is SQLite's own rowid."""

    place: int
    id: str
    path: str
    media_type: str
    digest: str
    masked_name: str = field(repr=False)
    services: str
    confirmed_at: str
    state: str
    trouble: str
    sequence: int
    lane: int
    body: bytes = field(repr=False)

    @property
    def is_open(self) -> bool:
        """Return whether the row waits, or was set aside and not withdrawn."""
        return self.state in {state.name for state in OPEN} and self.trouble != WITHDRAWN

    @property
    def has_ended(self) -> bool:
        """Return whether its delivery has ended; a state that damage made up is no end."""
        return self.state in OutboxState.__members__ and not self.is_open

    def can_be_delivered(self) -> bool:
        """Return whether its body fits its columns, as far as the terminal can tell."""
        return is_deliverable(self, {})


def read_open_rows(connection: sa.Connection) -> tuple[StoredRow, ...]:
    """Return the rows that wait or were set aside, oldest first."""
    query = _ROW.where(OUTBOX.c.state.in_(OPEN)).order_by(OUTBOX.c.sequence)
    rows = (_row_of(row) for row in connection.execute(query))
    return tuple(row for row in rows if row.is_open)


def find_row(connection: sa.Connection, record: FoundCopy) -> StoredRow | None:
    """Return the row of a record: by its id, or by its number where the id was damaged."""
    about = record.about or {}
    found = connection.execute(_ROW.where(OUTBOX.c.id == about.get("id", ""))).one_or_none()
    if found is None:
        mine = OUTBOX.c.sequence == record.sequence
        if record.about is not None:
            mine &= OUTBOX.c.digest == about["digest"]
        found = connection.execute(_ROW.where(mine)).one_or_none()
    return None if found is None else _row_of(found)


def describe_row(
    columns: Mapping[str, Any], event: str, detail: Mapping[str, str], entry: AuditEntry | None
) -> dict[str, Any]:
    """Return the description of a row for its copy.

    `columns` are the row's, `event` and `detail` those of its audit link, and `entry` that link,
    whose digest is the chain's head afterwards (None: unknown).
    """
    return {
        **{name: columns[name] for name in _TEXTS},
        "papers": list(columns.get("papers", ())),
        "event": event,
        "detail": dict(detail),
        "previous": entry.previous if entry else "",
        "head": head(entry) if entry else "",
        "sum": sum_of(columns["body"]),
    }


def columns_of(row: StoredRow) -> dict[str, Any]:
    """Return the columns of a row as `describe_row` takes them."""
    return vars(row)


def values_of(record: FoundCopy, sequence: int) -> dict[str, Any]:
    """Return the columns of OUTBOX that a whole record tells, under this sequence number."""
    about = record.about or {}
    return {
        **{name: about[name] for name in _TEXTS},
        "sequence": sequence,
        "body": record.body,
        "lane": Lane.RECORDS,
        "state": OutboxState.WAITING,
    }


def is_same(row: StoredRow, record: FoundCopy) -> bool:
    """Return whether a row agrees with its copy; tries and receipts are the row's own."""
    about = record.about or {}
    texts = all(getattr(row, name) == about[name] for name in _TEXTS)
    numbers = (row.sequence, row.lane, row.is_open) == (record.sequence, Lane.RECORDS, True)
    return texts and numbers and row.body == record.body


def is_paper(record: FoundCopy) -> bool:
    """Return whether it is the copy of a captured paper."""
    return (record.about or {}).get("kind") == PAPER


def sum_of(body: bytes) -> str:
    """Return the SHA-256 of a body in hexadecimal digits."""
    return hashlib.sha256(body).hexdigest()


def _row_of(row: sa.Row[Any]) -> StoredRow:
    columns = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's own name for it
    texts = {name: bytes(columns[name] or b"").decode("utf-8", "replace") for name in _CAST}
    sequence, lane = (columns[name] if isinstance(columns[name], int) else -1 for name in _NUMBERS)
    body = columns["body"] if isinstance(columns["body"], bytes) else b""
    return StoredRow(place=columns["place"], sequence=sequence, lane=lane, body=body, **texts)
