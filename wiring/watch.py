"""Reports to the service manager: readiness, watchdog, and whether somebody is here."""

from __future__ import annotations

import os
import threading
import time
from typing import TYPE_CHECKING, Protocol

from drivers.service_manager import ALIVE, READY, STATUS, STOPPING, ServiceManager
from kiosk.fleet.watchdog import LoopWatchdog

if TYPE_CHECKING:
    from screens.shell import Shell

FEEDINGS = 4  # within the time that the watchdog waits, so that a late one does no harm
PATIENCE_SHARE = 0.5  # of that time: then there is as much left for the manager to wait in vain


class WatchedProcess(Protocol):
    """What works behind the screen; kiosk and first start are such processes."""

    def status(self) -> str:
        """Return what the service manager shows beside the name."""
        ...

    def devices_live(self) -> bool:
        """Return whether the thread that works with the devices is alive."""
        ...


class WatchdogFeeder:
    """Feeds the watchdog from a thread of its own as long as the main thread turns.

    It also reports the status: whether somebody is here, so that an update interrupts nobody.
    """

    def __init__(
        self, shell: Shell, process: WatchedProcess, manager: ServiceManager | None = None
    ) -> None:
        self._manager = manager or ServiceManager(os.environ)
        self._shell = shell
        self._pause = self._manager.watchdog_seconds / FEEDINGS
        patience = self._manager.watchdog_seconds * PATIENCE_SHARE
        self._watchdog = LoopWatchdog(patience, time.monotonic, process.devices_live)
        self._status, self._told = process.status, ""
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._feed, name="watchdog", daemon=True)

    def begin(self) -> None:
        """Report that the first page is there; feed the watchdog from now on, if there is one."""
        self._manager.tell(READY)
        if self._manager.is_there and self._pause:
            self._turn()
            self._thread.start()

    def end(self, *, again: bool = False) -> None:
        """Report that the program ends; with `again` it restarts under the same manager instead."""
        self._over.set()
        self._manager.tell(ALIVE if again else STOPPING)

    def _turn(self) -> None:
        self._watchdog.turned()
        if (status := self._status()) != self._told:
            self._manager.tell(f"{STATUS}{status}")
            self._told = status
        self._shell.later(self._pause, self._turn)

    def _feed(self) -> None:
        while not self._over.wait(self._pause):
            if self._watchdog.is_kept():
                self._manager.tell(ALIVE)
