"""Paper, cover and loss are told, before and after printing."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from drivers.devices.receipt_printer import ReceiptPrinter
from drivers.protocols import escpos
from drivers.transports.transport import DeviceLostError
from kiosk.failures import Failure
from kiosk.slip import Slip, SlipLine

SLIP = Slip((SlipLine("退休一次办"),))
READY = {2: 0x12, 4: 0x12, 3: 0x12, 1: 0x12}
PAPER_OUT = READY | {4: 0x72}
COVER_OPEN = READY | {2: 0x16, 1: 0x1A}


@dataclass
class ScriptedPrinter:
    """A printer's end of the wire: `after` is its status once something was printed."""

    before: dict[int, int] = field(default_factory=lambda: dict(READY))
    after: dict[int, int] = field(default_factory=lambda: dict(READY))
    lost_on_write: bool = False
    printed: bytes = b""
    closed: int = 0
    _answer: bytes = b"left over"

    def write(self, data: bytes, deadline: float) -> None:
        assert deadline > 0
        if self.lost_on_write:
            raise DeviceLostError("pulled")
        if not data.startswith(b"\x10\x04"):
            self.printed += data
            return
        status = (self.after if self.printed else self.before).get(data[2])
        self._answer = b"" if status is None else bytes([status])

    def read_some(self, deadline: float) -> bytes:
        assert deadline > 0
        return self._answer

    def flush_input(self) -> None:
        self._answer = b""

    def pulse(self) -> bool:
        return True

    def close(self) -> None:
        self.closed += 1


def printer(paper: ScriptedPrinter) -> ReceiptPrinter:
    return ReceiptPrinter(lambda: paper, lambda: 0.0)


def test_a_slip_is_printed_whole() -> None:
    paper = ScriptedPrinter()
    assert printer(paper).print_slip(SLIP) is None
    assert paper.printed == escpos.encode(SLIP)
    assert paper.closed == 1


@pytest.mark.parametrize(
    ("status", "failure"),
    [
        (PAPER_OUT, Failure.PAPER_OUT),
        (COVER_OPEN, Failure.COVER_OPEN),
        (READY | {3: 0x32}, Failure.PRINTER_LOST),
        ({}, Failure.PRINTER_LOST),
    ],
)
def test_failures_before_and_after(status: dict[int, int], failure: Failure) -> None:
    paper = ScriptedPrinter(before=status)
    assert printer(paper).check() is failure
    assert printer(paper).print_slip(SLIP) is failure
    assert paper.printed == b""
    paper = ScriptedPrinter(after=status)
    assert printer(paper).check() is None
    assert printer(paper).print_slip(SLIP) is failure
    assert paper.printed


def test_a_pulled_cable() -> None:
    paper = ScriptedPrinter(lost_on_write=True)
    assert printer(paper).print_slip(SLIP) is Failure.PRINTER_LOST
    assert paper.closed == 1


def test_nobody_at_the_address() -> None:
    def refuse() -> ScriptedPrinter:
        raise DeviceLostError("refused")

    assert ReceiptPrinter(refuse, lambda: 0.0).check() is Failure.PRINTER_LOST
