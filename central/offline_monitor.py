"""Work that is due by the clock alone: silent terminals, deadlines, retention, figures.

A thread does it once a minute.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
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
        """Stop the thread, before the next of its works."""
        self._over.set()
        self._thread.join()

    def look(self) -> None:
        """Raise alarms, blank old rows, look at deadlines, delete pictures, count the figures.

        A case that an older program left open after its last end is closed. On an error try again
        next time. All but the alarms waits while terminals are turned away.
        """
        try:
            for work in self._works():
                if self._over.is_set():
                    return
                work()
        except Exception:
            LOG.exception("no look at who is silent and what was kept long enough this time")

    def _works(self) -> Iterator[Callable[[], object]]:
        context, now = self._here, self._here.now()
        at, store, policy = now.isoformat(timespec="seconds"), context.store, context.policy
        least = timedelta(days=policy.alarms.system_certificate_days)
        yield partial(store.fleet.raise_silent, now, policy.alarms)
        if context.crowded.is_now():
            return
        yield partial(store.retention.blank, now, policy.retention)
        yield partial(store.results.forget, now, policy.retention)
        yield partial(store.handed.forget, now, policy.retention)
        yield watch_deadlines(context, self._must_end).look
        yield partial(store.office_clients.watch_certificates, now, least)
        yield partial(store.rating_follow_ups.raise_overdue, civil_day(now), at)
        yield partial(store.reviews.delete_due, civil_day(now), at)
        yield partial(store.city.refresh, civil_day(now), context.holidays)
        yield partial(self._close_ended, at)

    def _must_end(self) -> bool:
        return self._over.is_set() or self._here.crowded.is_now()

    def _close_ended(self, at: str) -> None:
        for number in self._here.store.work.close_ended(at):
            LOG.warning(text_of("central.case_closed_late", case=number))

    def _run(self) -> None:
        while not self._over.wait(self._pause):
            self.look()


def watch_deadlines(
    context: AppContext, is_over: Callable[[], bool] = lambda: False
) -> DeadlineWatch:
    """Return the watch over the deadlines of all tasks; it looks no further once `is_over`."""
    return DeadlineWatch(
        store=context.store.deadlines,
        promised_days=context.vault.promised_days,
        holidays=context.holidays,
        yellow_days=context.policy.deadlines.yellow_days,
        now=context.now,
        is_over=is_over,
    )
