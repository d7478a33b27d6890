"""Notifications to systemd that the program is ready, alive or stopping (sd_notify(3)).

The protocol is one `sendto` a word; a library for it would be longer than this.
"""

from __future__ import annotations

import socket
from collections.abc import Mapping
from contextlib import suppress

READY, ALIVE, STOPPING = "READY=1", "WATCHDOG=1", "STOPPING=1"
STATUS = "STATUS="
MICROSECONDS = 1_000_000.0


class ServiceManager:
    """The service manager whose socket the environment names; without one nobody is told.

    `watchdog_seconds` is within how many seconds it wants to hear ALIVE, 0 when it does not.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        address = environment.get("NOTIFY_SOCKET", "")
        # "@" stands for the zero byte of an abstract address.
        self._address = "\0" + address[1:] if address.startswith("@") else address
        self.watchdog_seconds = _seconds(environment.get("WATCHDOG_USEC", ""))

    @property
    def is_there(self) -> bool:
        """Tell whether a service manager listens at all."""
        return bool(self._address)

    def tell(self, word: str) -> None:
        """Send READY, ALIVE, STOPPING or STATUS…; never waits, and ignores a lost socket."""
        if not self.is_there:
            return
        with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
            line.setblocking(False)
            line.sendto(word.encode(), self._address)


def _seconds(text: str) -> float:
    """Return the seconds of WATCHDOG_USEC, 0 when it is not set."""
    return int(text) / MICROSECONDS if text.isascii() and text.isdigit() else 0.0
