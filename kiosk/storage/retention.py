"""Retention of personal texts in the outbox once a record's delivery has ended.

Masked name and services serve the desk's list of what did not arrive; the receipt is the terminal's
proof for the days in which somebody may ask for it. After `days` all three are blanked; id, number,
path, digest and state stay, because reconciliation counts on them. Bodies that no backup of the
central service came to hold in that time are erased.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import sqlalchemy as sa

from kiosk.interval import has_passed
from kiosk.storage.kept_bodies import in_utc
from kiosk.storage.store import Store
from kiosk.storage.tables import IS_WITHDRAWN, KEPT_BODY, OUTBOX, OutboxState
from kiosk.units import SECONDS_AN_HOUR

AHEAD = timedelta(days=1)
BLANK = {"masked_name": "", "services": "", "receipt": ""}
_HAS_ENDED = sa.or_(OUTBOX.c.state == OutboxState.DELIVERED, IS_WITHDRAWN)
_SAYS_SOMETHING = sa.or_(*(OUTBOX.c[name] != "" for name in BLANK))


@dataclass
class Retention:
    """Blanking once an hour, on the delivery thread; `now` is aware, in the rows' time zone."""

    store: Store
    days: int
    now: Callable[[], datetime]
    _last: float | None = field(default=None, init=False)

    def blank_when_due(self) -> int:
        """Blank what was kept for `days`; return the number of records. Raises StoreError.

        What a clock that was ahead has dated into the future is blanked, too: nobody knows when its
        time would be over. A clock that was set back makes it due at once.
        """
        now = self.now()
        if not has_passed(self._last, now.timestamp(), SECONDS_AN_HOUR):
            return 0
        oldest, newest = (_iso_text(now - timedelta(days=self.days)), _iso_text(now + AHEAD))
        is_over = sa.or_(OUTBOX.c.confirmed_at < oldest, OUTBOX.c.confirmed_at > newest)
        change = sa.update(OUTBOX).where(_HAS_ENDED, _SAYS_SOMETHING, is_over).values(BLANK)
        over = sa.delete(KEPT_BODY).where(KEPT_BODY.c.received_at < in_utc(oldest))
        blanked, erased = self.store.database.run(
            lambda it: (it.execute(change).rowcount, it.execute(over).rowcount)
        )
        self._last = now.timestamp()
        if blanked or erased:
            self.store.database.shred()
        return blanked


def _iso_text(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
