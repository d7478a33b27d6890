"""Carries out what the offices' people decided in a browser, on a thread of the service."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from threading import Event, Thread

from central.store.cases.desk_decisions import DeskDecisions
from central.vault_port import VaultUnavailable

LOG = logging.getLogger(__name__)
PAUSE_SECONDS = 1.0
"""Between two looks: a clerk waits for what was decided."""


class DeskRounds:
    """Carries out decisions on a thread of its own every `pause_seconds` from `open` to `close`."""

    def __init__(
        self,
        decisions: DeskDecisions,
        now: Callable[[], datetime],
        pause_seconds: float = PAUSE_SECONDS,
    ) -> None:
        self._decisions, self._now, self._pause = decisions, now, pause_seconds
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

        One that fails waits for the next round, and holds back no other.
        """
        done = 0
        for number in self._decisions.due():
            try:
                at = self._now().isoformat(timespec="seconds")
                done += self._decisions.carry_out(number, at) is not None
            except VaultUnavailable:
                LOG.warning("the vault is away; decisions of the offices wait for the next round")
                return done
            except Exception:
                LOG.exception("decision %s could not be carried out; it is tried again", number)
        return done

    def _run(self) -> None:
        while not self._over.wait(self._pause):
            try:
                self.carry_out()
            except Exception:
                LOG.exception("the round of decisions ended early; the next one begins as usual")
