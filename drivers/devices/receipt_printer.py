"""An ESC/POS receipt printer; its paper and cover are checked before and after a slip."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from drivers.protocols import escpos
from drivers.protocols.escpos import Query
from drivers.transports.transport import DeviceLostError
from kiosk.failures import Failure

if TYPE_CHECKING:
    from collections.abc import Callable

    from drivers.transports.transport import Transport
    from kiosk.slip import Slip


@dataclass(frozen=True)
class PrinterTimeouts:
    """Limits of the printer, in seconds: for writing a slip, and for one status answer."""

    write: float = 10.0
    status: float = 2.0


class ReceiptPrinter:
    """An ESC/POS printer; the port is open only while it is needed, as others may share it.

    `open_port` is called for each use; it may raise DeviceLostError. `limits` are in seconds.
    """

    def __init__(
        self,
        open_port: Callable[[], Transport],
        monotonic: Callable[[], float],
        limits: PrinterTimeouts | None = None,
    ) -> None:
        """Prepare the printer; the port is not opened yet."""
        self._open_port = open_port
        self._monotonic = monotonic
        self._limits = limits or PrinterTimeouts()

    def print_slip(self, slip: Slip) -> Failure | None:
        """Print and cut a slip; return the failure, also when it happened while printing."""
        return self._use(lambda port: self._print(port, slip))

    def check(self) -> Failure | None:
        """Ask for paper, cover and readiness; return the first failure, None when all is well."""
        return self._use(self._failure)

    def _use(self, work: Callable[[Transport], Failure | None]) -> Failure | None:
        try:
            port = self._open_port()
            try:
                return work(port)
            finally:
                port.close()
        except DeviceLostError:
            return Failure.PRINTER_LOST

    def _print(self, port: Transport, slip: Slip) -> Failure | None:
        if failure := self._failure(port):
            return failure
        port.write(escpos.encode(slip), self._monotonic() + self._limits.write)
        return self._failure(port)

    def _failure(self, port: Transport) -> Failure | None:
        for query in Query:
            if failure := self._ask(port, query):
                return failure
        return None

    def _ask(self, port: Transport, query: Query) -> Failure | None:
        deadline = self._monotonic() + self._limits.status
        port.flush_input()
        port.write(escpos.ask(query), deadline)
        answer = port.read_some(deadline)
        return escpos.failure(query, answer[0]) if answer else Failure.PRINTER_LOST
