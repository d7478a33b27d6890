"""ESC/POS commands that print a slip, and the status bytes of the printer."""

from __future__ import annotations

from enum import Enum

from kiosk.failures import Failure
from kiosk.slip import Qr, Size, Slip, SlipLine

ESC, FS, GS, DLE = b"\x1b", b"\x1c", b"\x1d", b"\x10"
INITIALISE = ESC + b"@"
CHINESE = FS + b"&"
LINE_FEED = b"\n"
FEED_AND_CUT = ESC + b"d\x06" + GS + b"V\x00"
_QR_DOTS = 6  # 0.75 mm a module
_QR_LONGEST = 560  # version 18, level M: 89 modules, 534 of the 576 dots of 80 mm paper

# GS ! enlarges Latin letters, FS ! enlarges Chinese characters; neither does the other.
_SIZES = {
    Size.NORMAL: GS + b"!\x00" + FS + b"!\x00",
    Size.LARGE: GS + b"!\x11" + FS + b"!\x0c",
}


class Query(Enum):
    """The parameter n of DLE EOT n, in the order of asking: the first failure found is reported."""

    OFFLINE_CAUSE = 2
    PAPER = 4
    ERROR = 3
    PRINTER = 1


_FIXED_BITS, _FIXED_VALUE = 0b1001_0011, 0b0001_0010
_FAILURES: dict[Query, tuple[tuple[int, Failure], ...]] = {
    Query.OFFLINE_CAUSE: (
        (0b0000_0100, Failure.COVER_OPEN),
        (0b0010_0000, Failure.PAPER_OUT),
        (0b0100_0000, Failure.PRINTER_LOST),
    ),
    Query.PAPER: ((0b0110_0000, Failure.PAPER_OUT),),
    Query.ERROR: ((0b0110_1100, Failure.PRINTER_LOST),),
    Query.PRINTER: ((0b0000_1000, Failure.PRINTER_LOST),),
}


def encode(slip: Slip) -> bytes:
    """Return the commands that print, feed and cut a slip: text in GB18030, QR codes as data.

    Raises ValueError when a QR code has more than 560 bytes and would not fit 80 mm paper.
    """
    parts = b"".join(_line(p) if isinstance(p, SlipLine) else _qr(p) for p in slip.parts)
    return INITIALISE + CHINESE + parts + FEED_AND_CUT


def ask(query: Query) -> bytes:
    """Return DLE EOT n; the printer answers one byte at once, even when it is offline."""
    return DLE + b"\x04" + bytes([query.value])


def failure(query: Query, status: int) -> Failure | None:
    """Return the failure in one status byte, or None; paper that is near its end is none.

    A byte without the fixed bits of a status is noise or another device: PRINTER_LOST.
    """
    if status & _FIXED_BITS != _FIXED_VALUE:
        return Failure.PRINTER_LOST
    return next((found for mask, found in _FAILURES[query] if status & mask), None)


def _line(line: SlipLine) -> bytes:
    # Control characters would be commands to the printer.
    printable = "".join(c for c in line.text if c >= " ")
    text = printable.encode("gb18030", "replace")
    return _align(centred=line.centred) + _SIZES[line.size] + text + LINE_FEED


def _qr(qr: Qr) -> bytes:
    payload = qr.payload.encode()
    if len(payload) > _QR_LONGEST:
        raise ValueError(f"a QR code of {len(payload)} bytes does not fit the paper")
    functions = (
        b"1A2\x00",  # 165: model 2
        b"1C" + bytes([_QR_DOTS]),  # 167: module size
        b"1E1",  # 169: error correction M
        b"1P0" + payload,  # 180: store
        b"1Q0",  # 181: print
    )
    commands = b"".join(GS + b"(k" + len(f).to_bytes(2, "little") + f for f in functions)
    return _align(centred=True) + commands + LINE_FEED


def _align(*, centred: bool) -> bytes:
    return ESC + b"a" + bytes([centred])
