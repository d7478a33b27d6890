"""The bell at the helper's desk: a line of JSON over TCP, repeated until somebody answers.

The desk answers `coming`, or nothing; whoever hangs up no longer needs anybody. What is sent names
the terminal and its point, and nothing of a person.
"""

from __future__ import annotations

import json
import threading
import time
from typing import TYPE_CHECKING

from drivers.transports.tcp import Tcp
from drivers.transports.transport import DeviceLostError
from kiosk.ports import Bell

if TYPE_CHECKING:
    from collections.abc import Callable

RING_SECONDS = 5.0  # between two rings
CONNECT_SECONDS = 3.0
LISTEN_SECONDS = 0.1  # a cancelled call ends so soon
ANSWER = b"coming"
LONGEST_ANSWER = 256


class HelperBellDevice:
    """`kiosk.ports.HelperBell` over TCP: one thread for each call, until it is answered or stopped.

    `url` is tcp://host:port; `terminal` and `point` name who calls; `ring_seconds` lie between
    rings.
    """

    def __init__(
        self, url: str, terminal: str, point: str, ring_seconds: float = RING_SECONDS
    ) -> None:
        self._url = url
        ring = {"ring": terminal, "point": point}
        self._line = json.dumps(ring, ensure_ascii=False).encode() + b"\n"
        self._ring_seconds = ring_seconds
        self._call: tuple[threading.Thread, threading.Event] | None = None

    def ring(self, tell: Callable[[Bell], None]) -> None:
        """Begin to ring; a call under way is ended first.

        `tell` is called with each change of the call, on another thread.
        """
        self.stop()
        over = threading.Event()
        thread = threading.Thread(target=self._ring, args=(tell, over), name="bell", daemon=True)
        self._call = thread, over
        thread.start()

    def stop(self) -> None:
        """End the call; idempotent."""
        if self._call is not None:
            thread, over = self._call
            self._call = None
            over.set()
            thread.join()

    def _ring(self, tell: Callable[[Bell], None], over: threading.Event) -> None:
        told: list[Bell] = []

        def say(bell: Bell) -> None:
            if told[-1:] != [bell] and not over.is_set():
                told.append(bell)
                tell(bell)

        while not over.is_set() and told[-1:] != [Bell.COMING]:
            say(self._call_once(over, lambda: say(Bell.RINGING)))
            if told[-1:] == [Bell.UNHEARD]:
                over.wait(self._ring_seconds)

    def _call_once(self, over: threading.Event, rings: Callable[[], None]) -> Bell:
        """Ring on one connection until somebody comes, hangs up, or the call is over."""
        try:
            desk = Tcp(self._url, CONNECT_SECONDS, time.monotonic)
        except DeviceLostError:
            return Bell.UNHEARD
        try:
            return self._hold(desk, over, rings)
        except DeviceLostError:
            return Bell.UNHEARD
        finally:
            desk.close()

    def _hold(self, desk: Tcp, over: threading.Event, rings: Callable[[], None]) -> Bell:
        heard, rang_at = b"", float("-inf")
        while not over.is_set() and len(heard) < LONGEST_ANSWER:
            now = time.monotonic()
            if now - rang_at >= self._ring_seconds:
                desk.write(self._line, now + CONNECT_SECONDS)
                rang_at = now
                rings()
            heard += desk.read_some(now + LISTEN_SECONDS)
            if ANSWER in heard.splitlines():
                return Bell.COMING
        return Bell.UNHEARD


class NoBell:
    """A terminal without a bell; its pages show the telephone number instead."""

    def ring(self, tell: Callable[[Bell], None]) -> None:
        """Ring nobody, and call nothing."""

    def stop(self) -> None:
        """Do nothing."""
