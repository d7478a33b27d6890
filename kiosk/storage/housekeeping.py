"""The thread that keeps a terminal's storage in order while visits go on.

It is not the card reader's: the file system or a busy database may take seconds, and who lays a
card down meanwhile would wait for them.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

INTERVAL_SECONDS = 15.0


@dataclass
class Housekeeping:
    """Periodic tasks on a thread of their own, until stopped.

    `tasks` are called one after the other every INTERVAL_SECONDS; what has no room or finds the
    database busy is done the next time. `on_bug` gets an unexpected exception, from this thread;
    the other tasks go on.
    """

    tasks: Sequence[Callable[[], object]]
    on_bug: Callable[[BaseException], None]
    _wake: threading.Event = field(default_factory=threading.Event, init=False)
    _stopped: threading.Event = field(default_factory=threading.Event, init=False)
    _thread: threading.Thread | None = field(default=None, init=False)

    def start(self) -> None:
        """Start the thread; the first round follows after INTERVAL_SECONDS."""
        self._thread = threading.Thread(target=self._run, name="housekeeping", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """Begin a round without further delay; any thread."""
        self._wake.set()

    def stop(self) -> None:
        """Stop after the round that is under way, and wait for the thread's end."""
        self._stopped.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join()

    def run_once(self) -> None:
        """Do each task once."""
        for task in self.tasks:
            try:
                task()
            except Exception as bug:  # noqa: BLE001 - the main thread raises it; here the work goes on
                self.on_bug(bug)

    def _run(self) -> None:
        while True:
            self._wake.wait(INTERVAL_SECONDS)
            self._wake.clear()
            if self._stopped.is_set():
                return
            self.run_once()
