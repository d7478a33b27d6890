"""Count of ratings for which there was no room, written down when there is room again.

Nothing of them is kept: after the visit is wiped nobody may know who rated, or how.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime

import sqlalchemy as sa

from kiosk.audit.audit_events import AuditEvent
from kiosk.failures import Failure
from kiosk.json_decoder import decode_object
from kiosk.log import LogEvent, say
from kiosk.operator_texts import text_of
from kiosk.storage import audit_chain
from kiosk.storage.database import StoreError
from kiosk.storage.store import Store
from kiosk.storage.terminal_notes import is_count, is_moment, read_note, tell_unreadable, write_note

NAME = "ratings_lost"


@dataclass(frozen=True)
class LostRatings:
    """The number of lost ratings since the first start, and when the newest was (ISO)."""

    count: int = 0
    at: str = ""


@dataclass
class LostRatingCounter:
    """Counting of ratings that `rate` could not keep; thread-safe."""

    store: Store
    terminal: str
    now: Callable[[], datetime]
    _new: LostRatings = field(default=LostRatings(), init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False)

    def count(self, failure: Failure | None) -> Failure | None:
        """Count and log a rating that was not kept; return the failure unchanged."""
        if failure is not None:
            with self._lock:
                at = self.now().isoformat(timespec="seconds")
                self._new = LostRatings(self._new.count + 1, at)
            words = text_of("delivery.rating_lost", failure=failure)
            say(LogEvent.RATING_LOST, words, failure=failure)
        return failure

    def write_down(self) -> None:
        """Make the count durable, in the audit too; without room the next call does it."""
        with self._lock, suppress(StoreError):
            if self._new.count:
                self.store.database.run(self._write, urgent=False)
                self._new = LostRatings()

    def known(self) -> LostRatings:
        """Return the count including what is not written down yet. Raises StoreError."""
        with self._lock:
            return _sum(read_losses(self.store), self._new)

    def _write(self, connection: sa.Connection) -> None:
        new = self._new
        write_note(connection, NAME, json.dumps(asdict(_sum(_read(connection), new))))
        detail = {"ratings": str(new.count)}
        audit_chain.append(connection, new.at, AuditEvent.RATINGS_LOST, self.terminal, detail)


def read_losses(store: Store) -> LostRatings:
    """Return the count that was written down. Raises StoreError."""
    return store.database.run(_read)


def _read(connection: sa.Connection) -> LostRatings:
    value = read_note(connection, NAME)
    if not value:
        return LostRatings()
    document = decode_object(value) or {}
    count, at = document.get("count"), document.get("at")
    if is_count(count) and is_moment(at):
        return LostRatings(count, at)
    tell_unreadable(NAME)
    return LostRatings()


def _sum(old: LostRatings, new: LostRatings) -> LostRatings:
    return LostRatings(old.count + new.count, new.at or old.at)
