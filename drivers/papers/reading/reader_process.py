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
    from datetime import date
    from multiprocessing.connection import Connection

    from kiosk.paper_text import PaperText

START_SECONDS: Final = 20.0  # both networks are 31 MB
READ_SECONDS: Final = 20.0  # the slowest paper took 3 on a busy machine
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

    def read(self, jpeg: bytes, code: str, today: date) -> PaperText | None:
        """Return what a JPEG of the paper `code` says, None when it can't be read here."""
        with self._lock:
            try:
                wire = self._wire or self._start()
                wire.send_bytes(encode_request(ReadRequest(code, today)))
                wire.send_bytes(jpeg)
                if wire.poll(READ_SECONDS):
                    return decode_text(wire.recv_bytes(LIMITS.length))
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

    def _start(self) -> Connection[Any, Any]:
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
        if not near.poll(START_SECONDS) or near.recv_bytes(LIMITS.length) != READY:
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
