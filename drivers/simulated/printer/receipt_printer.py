"""A simulated network receipt printer: ESC/POS over TCP, printed as PNG pictures."""

from __future__ import annotations

import contextlib
import socketserver
import threading
from functools import partial
from typing import TYPE_CHECKING, Any

from drivers.simulated.printer.printer_works import PrinterWorks

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


class SimulatedReceiptPrinter:
    """The printer's TCP port on the loopback; `port` 0 takes any free one.

    `font` and `out` as for `PrinterWorks`.
    """

    def __init__(self, font: Path, out: Path, port: int = 0) -> None:
        self.works = PrinterWorks(font, out)
        self._lock = threading.Lock()
        self._server = _Server(("127.0.0.1", port), partial(_Connection, self._answer))
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), name="simulated-printer", daemon=True
        )
        self._thread.start()

    @property
    def url(self) -> str:
        """Return the address of the printer."""
        return f"tcp://127.0.0.1:{self._server.server_address[1]}"

    def close(self) -> None:
        """Switch the printer off."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def change(self, **condition: bool) -> None:
        """Change `paper_out`, `paper_near_end` or `cover_open`; held data prints once it can."""
        with self._lock:
            for name, value in condition.items():
                setattr(self.works.condition, name, value)
            self.works.take(b"")

    def _answer(self, data: bytes) -> bytes:
        with self._lock:
            return self.works.take(data)


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True


class _Connection(socketserver.BaseRequestHandler):
    def __init__(self, answer: Callable[[bytes], bytes], *where: Any) -> None:
        self._answer = answer
        super().__init__(*where)

    def handle(self) -> None:
        with contextlib.suppress(OSError):
            while data := self.request.recv(4096):
                if answer := self._answer(data):
                    self.request.sendall(answer)
