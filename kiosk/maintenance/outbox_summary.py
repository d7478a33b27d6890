"""Counts of the outbox for the readiness report: waiting, refused, lost, damaged."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from kiosk.civil_time import to_civil
from kiosk.delivery.lost_ratings import read_losses
from kiosk.delivery.outbox import UNSIGNED
from kiosk.delivery.pending_report import read_undelivered
from kiosk.maintenance.report_lines import CopiesLook, QueueLook
from kiosk.storage.store import Store
from kiosk.storage.store_check import StoreAlarm, read_store_alarm
from kiosk.storage.tables import OutboxState


def look_at_queue(store: Store, now: datetime) -> QueueLook:
    """Return the counts of what has not arrived at `now`. Raises StoreError."""
    rows = read_undelivered(store.database)
    waiting = [one for one in rows if one.state is OutboxState.WAITING]
    since = [datetime.fromisoformat(one.confirmed_at) for one in waiting if one.confirmed_at]
    oldest = max((now - one).total_seconds() for one in since) if since else 0.0
    refused, lost = len(rows) - len(waiting), read_losses(store)
    copies = look_at_copies(read_store_alarm(store), now)
    unsigned = sum(one.trouble.startswith(UNSIGNED) for one in waiting)
    found = QueueLook(len(waiting), refused, max(0.0, oldest), unsigned=unsigned, copies=copies)
    if not lost.count:
        return found
    day, days = _since(lost.at, now)
    return replace(found, lost=lost.count, lost_on=day, lost_days=days)


def look_at_copies(alarm: StoreAlarm, now: datetime) -> CopiesLook | None:
    """Return what database and second copies did not agree on; None when they always did."""
    if not alarm.at:
        return None
    mended = alarm.restored + alarm.remade
    return CopiesLook(mended, alarm.lost, alarm.skipped, alarm.older, *_since(alarm.at, now))


def _since(at: str, now: datetime) -> tuple[str, int]:
    """Return the day of a moment, and how many days before `now` it was."""
    then = to_civil(datetime.fromisoformat(at))
    return f"{then:%Y-%m-%d}", max(0, (now - then).days)
