"""Work that is done again and again on a thread of its own."""

from __future__ import annotations

import logging
from collections.abc import Callable
from threading import Event, Thread

from central.vault_port import VaultUnavailable

LOG = logging.getLogger(__name__)


class Rounds:
    """Does `work` every `pause_seconds` on a thread from `open` to `close`.

    `name` is of the thread and in the log. What fails is tried again in the next round; a round is
    left out where `waits` says so.
    """

    def __init__(
        self,
        name: str,
        work: Callable[[], object],
        pause_seconds: float,
        waits: Callable[[], bool] = lambda: False,
    ) -> None:
        self._name, self._work, self._pause, self._waits = name, work, pause_seconds, waits
        self._over = Event()
        self._thread = Thread(target=self._run, name=name, daemon=True)

    def open(self) -> None:
        """Start the thread."""
        self._thread.start()

    def close(self) -> None:
        """Stop the thread after the round in progress."""
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._over.wait(self._pause):
            try:
                if not self._waits():
                    self._work()
            except VaultUnavailable:
                LOG.warning("the vault is away; %s wait for the next round", self._name)
            except Exception:
                LOG.exception("a round of %s ended early; the next one begins as usual", self._name)
