"""Records that an older version set aside without a signed refusal, and that are sent again.

That version took any problem+json for a refusal, so after a misrouted gateway 1,436 terminals may
hold records that the service never saw. They return under their own id, spread over an hour.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from kiosk.audit.audit_events import AuditEvent
from kiosk.delivery.pending_report import let_wait
from kiosk.storage import audit_chain
from kiosk.storage.store import Store
from kiosk.storage.tables import IS_WITHDRAWN, OUTBOX, OutboxState
from kiosk.storage.terminal_notes import read_number

SPREAD_SECONDS = 3600.0
NOTE = "unsigned_refusals_since"
_UNSIGNED = (OUTBOX.c.state == OutboxState.QUARANTINED) & (OUTBOX.c.receipt == "")
_FOUND = sa.select(OUTBOX.c.id).where(_UNSIGNED, sa.not_(IS_WITHDRAWN)).order_by(OUTBOX.c.sequence)


@dataclass(frozen=True)
class UnsignedRefusals:
    """Release of these records, on the delivery thread; `now` is in seconds."""

    store: Store
    now: Callable[[], float]
    at: Callable[[], datetime]

    def release_when_due(self) -> tuple[str, ...]:
        """Let those wait again whose turn has come; return their ids. Raises StoreError."""
        found = self.store.database.run(lambda it: tuple(it.scalars(_FOUND)))
        if not found:
            return ()
        passed = self.now() - self._since()
        due = [one for one in found if passed >= delay_of(one)]
        if due:
            self._release(due)
        if len(due) == len(found):
            self.store.keep_value(NOTE, "")
        return tuple(due)

    def _since(self) -> float:
        """Return when they were found first; a clock that was set back starts again."""
        since = read_number(NOTE, self.store.value_of(NOTE))
        if since is not None and since <= self.now():
            return since
        self.store.keep_value(NOTE, repr(self.now()))
        return self.now()

    def _release(self, due: list[str]) -> None:
        at = self.at().isoformat(timespec="seconds")

        def move(connection: sa.Connection) -> None:
            for one in due:
                let_wait(connection, one)
                audit_chain.append(connection, at, AuditEvent.REQUEUED, one, {})

        self.store.database.run(move)


def delay_of(parcel_id: str) -> float:
    """Return the seconds until a record's turn: below an hour, the same at each call."""
    lot = int.from_bytes(hashlib.sha256(parcel_id.encode()).digest()[:4])
    return lot / 2**32 * SPREAD_SECONDS
