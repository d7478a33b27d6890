"""Work that is due by the clock alone: silent terminals, deadlines, retention, figures.

A thread does it once a minute.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from threading import Event, Thread
from typing import TYPE_CHECKING

from central.offices.deadline_watch import DeadlineWatch
from kiosk.civil_time import civil_day
from kiosk.operator_texts import text_of

if TYPE_CHECKING:
    from central.app_context import AppContext

PAUSE_SECONDS = 60.0
LOG = logging.getLogger("central")


class SilenceWatch:
    """Runs `look` on a thread of its own every `pause_seconds` from `open` to `close`."""

    def __init__(self, context: AppContext, pause_seconds: float = PAUSE_SECONDS) -> None:
        self._here, self._pause = context, pause_seconds
        self._over = Event()
        self._thread = Thread(target=self._run, name="silence", daemon=True)

    def open(self) -> None:
        """Start the thread."""
        self._thread.start()

    def close(self) -> None:
        """Stop the thread."""
        self._over.set()
        self._thread.join()

    def look(self) -> None:
        """Raise alarms, blank old rows, look at deadlines, delete pictures, count the figures.

        A case that an older program left open after its last end is closed. On an error try again
        next time.
        """
        context = self._here
        try:
            context.store.fleet.raise_silent(context.now(), context.policy.alarms)
            context.store.retention.blank(context.now(), context.policy.retention)
            context.store.results.forget(context.now(), context.policy.retention)
            watch_deadlines(context).look()
            now = context.now()
            least = timedelta(days=context.policy.alarms.system_certificate_days)
            context.store.office_clients.watch_certificates(now, least)
            at = now.isoformat(timespec="seconds")
            context.store.rating_follow_ups.raise_overdue(civil_day(now), at)
            context.store.reviews.delete_due(civil_day(now), at)
            context.store.city.refresh(civil_day(now), context.holidays)
            for number in context.store.work.close_ended(at):
                LOG.warning(text_of("central.case_closed_late", case=number))
        except Exception:
            LOG.exception("no look at who is silent and what was kept long enough this time")

    def _run(self) -> None:
        while not self._over.wait(self._pause):
            self.look()


def watch_deadlines(context: AppContext) -> DeadlineWatch:
    """Return the watch over the deadlines of all tasks."""
    return DeadlineWatch(
        store=context.store.deadlines,
        promised_days=context.vault.promised_days,
        holidays=context.holidays,
        yellow_days=context.policy.deadlines.yellow_days,
        now=context.now,
    )
