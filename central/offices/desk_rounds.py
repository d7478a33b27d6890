"""Carries out what the offices' people decided in a browser, on a thread of the service."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from threading import Event, Thread

from central.policy import RetryPolicy
from central.store.cases.desk_decisions import DeskDecisions
from central.store.web.desk_failures import DecisionFailure
from central.vault_port import VaultUnavailable

LOG = logging.getLogger(__name__)
PAUSE_SECONDS = 1.0
"""Between two looks: a clerk waits for what was decided."""


class DeskRounds:
    """Carries out decisions on a thread of its own every `pause_seconds` from `open` to `close`.

    `retry`: when one that failed is tried again.
    """

    def __init__(
        self,
        decisions: DeskDecisions,
        retry: RetryPolicy,
        now: Callable[[], datetime],
        pause_seconds: float = PAUSE_SECONDS,
    ) -> None:
        self._decisions, self._now, self._pause = decisions, now, pause_seconds
        self._retry = retry
        self._over = Event()
        self._thread = Thread(target=self._run, name="desk", daemon=True)

    def open(self) -> None:
        """Start the thread."""
        self._thread.start()

    def close(self) -> None:
        """Stop the thread after the round in progress."""
        self._over.set()
        self._thread.join()

    def carry_out(self) -> int:
        """Carry out what is due; return how many decisions that were.

        One that fails is tried again after a pause, and holds back no other; after some tries it
        is a dead letter, with an alarm. All wait while the vault is away.
        """
        done = 0
        self._decisions.failures.forget_withdrawn(self._at())
        for number in self._decisions.due(self._now()):
            try:
                done += self._decisions.carry_out(number, self._at()) is not None
            except VaultUnavailable:
                LOG.warning("the vault is away; decisions of the offices wait for the next round")
                return done
            except Exception as error:
                LOG.exception("decision %s could not be carried out", number)
                self._put_off(number, type(error).__name__)
        return done

    def _put_off(self, number: int, trouble: str) -> None:
        failures = self._decisions.failures.count(number) + 1
        retry_at = self._now().timestamp() + self._retry.pause(failures)
        is_dead = failures >= self._retry.tries
        failure = DecisionFailure(trouble, self._at(), retry_at, is_dead)
        self._decisions.failures.note(number, failure)

    def _at(self) -> str:
        return self._now().isoformat(timespec="seconds")

    def _run(self) -> None:
        failures = 0
        while not self._over.wait(max(self._pause, self._retry.pause(failures) if failures else 0)):
            try:
                self.carry_out()
                failures = 0
            except Exception:  # the database is away
                failures += 1
                LOG.exception("the round of decisions ended early; the next one begins later")
