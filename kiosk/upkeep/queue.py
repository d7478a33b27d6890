"""Counts of the outbox for the readiness report: waiting, refused, lost. Of nobody in person."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from kiosk.civil_time import to_civil
from kiosk.filing.losses import read_losses
from kiosk.filing.outbox import UNSIGNED
from kiosk.filing.store import Store
from kiosk.filing.tables import State
from kiosk.filing.undelivered import read_undelivered
from kiosk.upkeep.looks import QueueLook


def look_at_queue(store: Store, now: datetime) -> QueueLook:
    """Return what has not arrived. Raises StoreError."""
    rows = read_undelivered(store.database)
    waiting = [one for one in rows if one.state is State.WAITING]
    since = [datetime.fromisoformat(one.confirmed_at) for one in waiting if one.confirmed_at]
    oldest = max((now - one).total_seconds() for one in since) if since else 0.0
    refused, lost = len(rows) - len(waiting), read_losses(store)
    unsigned = sum(one.trouble.startswith(UNSIGNED) for one in waiting)
    found = QueueLook(len(waiting), refused, max(0.0, oldest), unsigned=unsigned)
    if not lost.count:
        return found
    at = to_civil(datetime.fromisoformat(lost.at))
    return replace(
        found, lost=lost.count, lost_on=f"{at:%Y-%m-%d}", lost_days=max(0, (now - at).days)
    )
