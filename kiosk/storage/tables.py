"""Tables of a terminal's database; only stores use them, and migrations/ changes them."""

from __future__ import annotations

from enum import IntEnum, StrEnum

import sqlalchemy as sa

from kiosk.audit.audit_events import AuditEvent

LONGEST_PARK = 900.0
"""No parcel is ever put off by more seconds than this: who waits longer, waits for a clock that
was set back, and is due."""
LONGEST_WORD = 40  # of a state or an event; SQLite doesn't count, PostgreSQL does


class OutboxState(StrEnum):
    """The state of a row: WAITING, then an end; a person may let QUARANTINED wait again."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    QUARANTINED = "quarantined"


class Lane(IntEnum):
    """The order of sending: a record has some kilobytes, a captured paper some hundred."""

    RECORDS = 0
    PAPERS = 1


def _words(kind: type[StrEnum]) -> sa.Enum:
    return sa.Enum(kind, native_enum=False, length=LONGEST_WORD)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String, nullable=False, server_default="")


METADATA = sa.MetaData()

OUTBOX = sa.Table(
    "outbox",
    METADATA,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("sequence", sa.Integer, nullable=False, unique=True),
    sa.Column("path", sa.String, nullable=False),
    sa.Column("media_type", sa.String, nullable=False),
    sa.Column("digest", sa.String, nullable=False),
    sa.Column("body", sa.LargeBinary),
    sa.Column("state", _words(OutboxState), nullable=False, index=True),
    sa.Column("tries", sa.Integer, nullable=False, server_default="0"),
    sa.Column("next_try", sa.Double, nullable=False, server_default="0"),
    _text("trouble"),
    _text("masked_name"),
    _text("services"),
    sa.Column("confirmed_at", sa.String, nullable=False),
    _text("receipt"),
    sa.Column("lane", sa.Integer, nullable=False, server_default="0"),
)
"""Records on their way to the central service. The body of a paper lies in BLOB. `receipt`: the
signed text that ended its delivery, a receipt, an acknowledgement or a refusal."""

WITHDRAWN = "withdrawn"  # a trouble, no state: an older program that returns knows the states
IS_WITHDRAWN = (OUTBOX.c.state == OutboxState.QUARANTINED) & (OUTBOX.c.trouble == WITHDRAWN)

AUDIT = sa.Table(
    "audit",
    METADATA,
    sa.Column("sequence", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("at", sa.String, nullable=False),
    sa.Column("event", _words(AuditEvent), nullable=False),
    sa.Column("subject", sa.String, nullable=False),
    sa.Column("detail", sa.String, nullable=False),
    sa.Column("previous", sa.String, nullable=False),
    sa.Column("digest", sa.String, nullable=False),
)
"""The links of the audit chain."""

BLOB = sa.Table(
    "blob",
    METADATA,
    sa.Column("digest", sa.String, primary_key=True),
    sa.Column("application_id", sa.String, nullable=False),
    sa.Column("bytes", sa.Integer, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Column("sent", sa.String, nullable=False, server_default="[]"),
)
"""Sealed captured papers, until they are acknowledged. Without a row of OUTBOX that has the same
id, the application that names them is not confirmed yet."""

KEPT_BODY = sa.Table(
    "kept_body",
    METADATA,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("application_id", sa.String, nullable=False),
    sa.Column("received_at", sa.String, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
)
"""Sealed bodies that the central service signed for, until a backup of its holds them. The id is
that of the row of OUTBOX, `received_at` the time of the receipt in UTC; `application_id` is "" but
for papers."""

TERMINAL_NOTE = sa.Table(
    "terminal_note",
    METADATA,
    sa.Column("name", sa.String, primary_key=True),
    sa.Column("value", sa.String, nullable=False),
)
"""Small values that must outlast a restart."""

DRAFT = sa.Table(
    "draft",
    METADATA,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("owner", sa.String, nullable=False, unique=True),
    sa.Column("wrapped_key", sa.LargeBinary, nullable=False),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
    sa.Column("kept_until", sa.Double, nullable=False),
)
"""Drafts of proved persons, one for each; `owner` is a keyed hash of the identity number."""


def is_due(now: float) -> sa.ColumnElement[bool]:
    """Return the condition for rows of OUTBOX that may be sent at `now`, seconds since 1970."""
    return sa.or_(OUTBOX.c.next_try <= now, OUTBOX.c.next_try > now + LONGEST_PARK)
