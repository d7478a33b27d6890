"""How is a link added to the audit chain, in the transaction of the change that it tells of?"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from kiosk.filing.audit import Entry, head, link
from kiosk.filing.audit_events import AuditEvent
from kiosk.filing.tables import AUDIT

# Built once: a confirmation would spend more on making them anew than on its disk writes.
_WHOLE = sa.select(AUDIT).order_by(AUDIT.c.sequence)
_LAST = sa.select(AUDIT).order_by(AUDIT.c.sequence.desc()).limit(1)
_ADD = sa.insert(AUDIT)


def append(
    connection: sa.Connection, at: str, event: AuditEvent, subject: str, detail: Mapping[str, str]
) -> None:
    """Add one link after the last."""
    last = connection.execute(_LAST).one_or_none()
    entry = link(_entry(last) if last else None, at, event, subject, detail)
    said = json.dumps(dict(entry.detail), ensure_ascii=False, sort_keys=True)
    connection.execute(_ADD, {**vars(entry), "detail": said})


def read_head(connection: sa.Connection) -> str:
    """Return what the central service witnesses of the newest link."""
    last = connection.execute(_LAST).one_or_none()
    return head(_entry(last) if last else None)


def read_chain(connection: sa.Connection) -> tuple[Entry, ...]:
    """Return every link."""
    return tuple(_entry(row) for row in connection.execute(_WHOLE))


def _entry(row: sa.Row[Any]) -> Entry:
    detail: dict[str, str] = json.loads(row.detail)
    return Entry(row.sequence, row.at, row.event, row.subject, detail, row.previous, row.digest)
