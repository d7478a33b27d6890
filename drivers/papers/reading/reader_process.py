"""The handle of the process that reads papers: its wire, its deadlines and its end."""

from __future__ import annotations

import multiprocessing
import threading
from typing import TYPE_CHECKING, Any, Final

from drivers.interrupts import interrupts_blocked
from drivers.papers.reading.messages import (
    LIMITS,
    READY,
    ReadRequest,
    decode_text,
    encode_request,
)
from drivers.papers.reading.process import ReaderPlan, serve

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date
    from multiprocessing.connection import Connection

    from kiosk.paper_text import PaperText

LONGEST: Final = 120.0  # seconds for a start or a paper: a busy machine takes 20, and nobody waits
STEP: Final = 0.1  # seconds between two looks at whether the answer is still wanted
GRACE: Final = 0.5


class ReaderProcess:
    """Reads papers in a process of its own, which lives from the first paper to `end`.

    Thread-safe: one paper after the other.
    """

    def __init__(self, plan: ReaderPlan) -> None:
        self._plan = plan
        self._lock = threading.Lock()
        self._process: Any = None
        self._wire: Connection[Any, Any] | None = None

    def read(
        self, jpeg: bytes, code: str, today: date, cancelled: Callable[[], bool]
    ) -> PaperText | None:
        """Return what a JPEG of the paper `code` says; None when it can't be read, or `cancelled`.

        The process ends when it is cancelled: the next paper is not to wait for this one.
        """
        with self._lock:
            try:
                wire = self._wire or self._start(cancelled)
                wire.send_bytes(encode_request(ReadRequest(code, today)))
                wire.send_bytes(jpeg)
                return decode_text(_receive(wire, cancelled))
            except (EOFError, OSError, ValueError):
                pass
            self._end()
            return None

    def end(self) -> None:
        """End the process, and with it all that it holds of a paper; idempotent.

        Whoever waits for a paper meanwhile gets None.
        """
        process = self._process
        if process is not None:
            process.kill()
        with self._lock:
            self._end()

    def _start(self, cancelled: Callable[[], bool]) -> Connection[Any, Any]:
        """Start the process; raises EOFError when it does not become ready."""
        spawn = multiprocessing.get_context("spawn")
        near, far = spawn.Pipe()
        self._process = spawn.Process(
            target=serve, args=(far, self._plan), name="paper-reader", daemon=True
        )
        with interrupts_blocked():
            self._process.start()
        far.close()
        self._wire = near
        if _receive(near, cancelled) != READY:
            raise EOFError
        return near

    def _end(self) -> None:
        if self._wire is not None:
            self._wire.close()
        if self._process is not None:
            self._process.join(GRACE)
            self._process.kill()
            self._process.join()
        self._wire = self._process = None


def _receive(wire: Connection[Any, Any], cancelled: Callable[[], bool]) -> bytes:
    """Return the next message; raises EOFError when it is late, or not wanted any more."""
    for _ in range(round(LONGEST / STEP)):
        if wire.poll(STEP):
            return wire.recv_bytes(LIMITS.length)
        if cancelled():
            break
    raise EOFError
