"""The audit chain in the database; each link is added in the transaction that it records."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from kiosk.audit.audit import AuditEntry, head, link
from kiosk.audit.audit_events import AuditEvent
from kiosk.json_decoder import decode_object
from kiosk.storage.prepared import PreparedStatement
from kiosk.storage.tables import AUDIT

# Built once: a confirmation would spend more on making them anew than on its disk writes.
_WHOLE = sa.select(AUDIT).order_by(AUDIT.c.sequence)
_LAST = sa.select(AUDIT).order_by(AUDIT.c.sequence.desc()).limit(1)
_ADD = PreparedStatement(
    sa.text(
        "INSERT INTO audit (sequence, at, event, subject, detail, previous, digest)"
        " VALUES (:sequence, :at, :event, :subject, :detail, :previous, :digest)"
    )
)
_ENDS = PreparedStatement(
    sa.text(
        "SELECT (SELECT max(sequence) FROM outbox), newest.sequence, newest.at, newest.event,"
        " newest.subject, newest.detail, newest.previous, newest.digest"
        " FROM (SELECT 1 AS one) AS always LEFT JOIN"
        " (SELECT * FROM audit ORDER BY sequence DESC LIMIT 1) AS newest ON 1 = 1"
    )
)

_NAMES = ("at", "event", "subject", "detail", "digest")
# Without the types of the columns: a damaged row must be readable as it is.
_LINKS: Any = sa.select(
    AUDIT.c.sequence,
    *(sa.type_coerce(AUDIT.c[name], sa.types.NullType()).label(name) for name in _NAMES),
).order_by(AUDIT.c.sequence)


@dataclass(frozen=True)
class StoredLink:
    """One link as its row holds it; `event` is the name in `AuditEvent`, `detail` JSON."""

    sequence: int
    at: str
    event: str
    subject: str
    detail: str
    digest: str

    @property
    def head(self) -> str:
        """Return "sequence:digest"."""
        return f"{self.sequence}:{self.digest}"

    def members(self) -> dict[str, Any]:
        """Return the members that the digest covers, except number and predecessor."""
        known = AuditEvent.__members__.get(self.event)
        return {
            "at": self.at,
            "event": known.value if known else self.event,
            "subject": self.subject,
            "detail": decode_object(self.detail.encode()) or {},
        }


def append(
    connection: sa.Connection, at: str, event: AuditEvent, subject: str, detail: Mapping[str, str]
) -> None:
    """Append the link of an event to the chain.

    `at` is an ISO moment, `subject` the id that the event is about.
    """
    last = connection.execute(_LAST).one_or_none()
    append_after(_entry(last) if last else None, connection, at, event, subject, detail)


def append_after(
    last: AuditEntry | None,
    connection: sa.Connection,
    at: str,
    event: AuditEvent,
    subject: str,
    detail: Mapping[str, str],
) -> AuditEntry:
    """Append the link of an event after `last` and return it.

    `last` must be the newest link, read in this transaction; None begins the chain. The other
    parameters are as in `append`.
    """
    entry = link(last, at, event, subject, detail)
    detail_json = json.dumps(dict(entry.detail), ensure_ascii=False, sort_keys=True)
    _ADD.execute(
        connection, {**vars(entry), "event": AuditEvent(entry.event).name, "detail": detail_json}
    )
    return entry


def read_ends(connection: sa.Connection) -> tuple[int, AuditEntry | None]:
    """Return the outbox's last sequence number and the newest link, in a single query."""
    last, sequence, at, event, subject, detail, *ends = _ENDS.execute(connection, {}).fetchone()
    if sequence is None:
        return last or 0, None
    fields: dict[str, str] = json.loads(detail)
    return last or 0, AuditEntry(sequence, at, AuditEvent[event], subject, fields, *ends)


def read_head(connection: sa.Connection) -> str:
    """Return the head of the chain, "sequence:digest", as the central service witnesses it."""
    last = connection.execute(_LAST).one_or_none()
    return head(_entry(last) if last else None)


def read_after(connection: sa.Connection, sequence: int, most: int) -> tuple[StoredLink, ...]:
    """Return the oldest links after a sequence number, at most `most` of them.

    They are returned as their rows hold them, also damaged ones, which no AuditEntry can hold.
    """
    rows = connection.execute(_LINKS.where(AUDIT.c.sequence > sequence).limit(most))
    return tuple(StoredLink(number, *map(_text, texts)) for number, *texts in rows)


def read_chain(connection: sa.Connection) -> tuple[AuditEntry, ...]:
    """Return all links of the chain, oldest first."""
    return tuple(_entry(row) for row in connection.execute(_WHOLE))


def _entry(row: sa.Row[Any]) -> AuditEntry:
    detail: dict[str, str] = json.loads(row.detail)
    return AuditEntry(
        row.sequence, row.at, row.event, row.subject, detail, row.previous, row.digest
    )


def _text(value: object) -> str:
    """Return a text as it is, "" for what damage made of it."""
    return value if isinstance(value, str) else ""
