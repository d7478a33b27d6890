"""A parser of ESC/POS commands in a byte stream.

A command whose end has not arrived yet stays pending, so segments may be cut anywhere.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

ESC: Final = 0x1B
FS: Final = 0x1C
GS: Final = 0x1D
DLE: Final = 0x10
LF: Final = 0x0A
CR: Final = 0x0D
STATUS_REQUEST: Final = bytes([DLE, 0x04])
CUT_AFTER_FEED: Final = (65, 66)
RASTER_HEAD: Final = 8
CODE_HEAD: Final = 5


@dataclass(frozen=True)
class Letter:
    """One printable character; `rom` is False when a printer's own font lacks it."""

    char: str
    wide: bool = False
    rom: bool = True


@dataclass(frozen=True)
class LineEnd:
    """A line feed (LF)."""


@dataclass(frozen=True)
class PrinterCommand:
    """A command of fixed length: its name (`ESC a`) and its one argument."""

    name: str
    argument: int = 0


@dataclass(frozen=True)
class QrCommand:
    """GS ( k: a function of the QR encoder with its parameters."""

    function: int
    data: bytes


@dataclass(frozen=True)
class Raster:
    """GS v 0: a picture; each row has `row_bytes` bytes, the leftmost dot in the highest bit."""

    row_bytes: int
    rows: int
    bits: bytes = field(repr=False)


@dataclass(frozen=True)
class Unknown:
    """A byte that this printer does not understand."""

    byte: int


Operation = Letter | LineEnd | PrinterCommand | QrCommand | Raster | Unknown

# prefix -> (name, number of argument bytes)
FIXED: Final[Mapping[bytes, tuple[str, int]]] = {
    bytes([ESC, 0x40]): ("ESC @", 0),
    bytes([ESC, 0x61]): ("ESC a", 1),
    bytes([ESC, 0x64]): ("ESC d", 1),
    bytes([FS, 0x26]): ("FS &", 0),
    bytes([FS, 0x2E]): ("FS .", 0),
    bytes([FS, 0x21]): ("FS !", 1),
    bytes([GS, 0x21]): ("GS !", 1),
    STATUS_REQUEST: ("DLE EOT", 1),
}


class EscPosStream:
    """Collects bytes and yields operations; kanji mode decides how characters are read."""

    def __init__(self) -> None:
        self._pending = b""
        self._kanji = False

    def feed(self, data: bytes) -> Iterator[Operation]:
        """Take `data` and yield every operation that is complete now."""
        self._pending += data
        while self._pending:
            taken = self._next()
            if taken is None:
                return
            operation, length = taken
            self._pending = self._pending[length:]
            if isinstance(operation, PrinterCommand):
                self._switch(operation.name)
            if operation is not None:
                yield operation

    def _switch(self, name: str) -> None:
        if name in {"FS &", "FS .", "ESC @"}:
            self._kanji = name == "FS &"

    def _next(self) -> tuple[Operation | None, int] | None:
        """Return the next operation and its length in bytes; None while its end is missing."""
        first = self._pending[0]
        if first in {ESC, FS, GS, DLE}:
            return self._command()
        if first == CR:
            return None, 1  # every line of this printer ends with LF; CR alone moves nothing
        if first == LF:
            return LineEnd(), 1
        return self._letter()

    def _letter(self) -> tuple[Operation, int] | None:
        first = self._pending[0]
        if 0x20 <= first < 0x7F:  # noqa: PLR2004 - printable ASCII
            return Letter(chr(first)), 1
        if not self._kanji or not 0x81 <= first <= 0xFE:  # noqa: PLR2004 - GB18030 lead bytes
            return Unknown(first), 1
        if len(self._pending) == 1:
            return None
        # GB 18030: a digit as second byte begins a four-byte character.
        length = 4 if 0x30 <= self._pending[1] <= 0x39 else 2  # noqa: PLR2004
        if len(self._pending) < length:
            return None
        try:
            char = self._pending[:length].decode("gb18030")
        except UnicodeDecodeError:
            return Unknown(first), 1
        return Letter(char, wide=True, rom=length == 2), length  # noqa: PLR2004

    def _command(self) -> tuple[Operation, int] | None:
        prefix = self._pending[:2]
        if len(prefix) < 2:  # noqa: PLR2004 - a command has at least two bytes
            return None
        if prefix in FIXED:
            name, arguments = FIXED[prefix]
            length = 2 + arguments
            if len(self._pending) < length:
                return None
            return PrinterCommand(name, self._pending[2] if arguments else 0), length
        variable = self._variable().get(prefix)
        return variable() if variable else (Unknown(self._pending[0]), 1)

    def _variable(self) -> Mapping[bytes, Callable[[], tuple[Operation, int] | None]]:
        return {
            bytes([GS, 0x56]): self._cut,
            bytes([GS, 0x28]): self._code,
            bytes([GS, 0x76]): self._raster,
        }

    def _cut(self) -> tuple[Operation, int] | None:
        mode = self._pending[2:3]
        if not mode:
            return None
        length = 4 if mode[0] in CUT_AFTER_FEED else 3
        if len(self._pending) < length:
            return None
        return PrinterCommand("GS V", self._pending[3] if length > 3 else 0), length  # noqa: PLR2004

    def _code(self) -> tuple[Operation, int] | None:
        head = self._pending[:CODE_HEAD]
        if len(head) < CODE_HEAD:
            return None
        length = CODE_HEAD + int.from_bytes(head[3:5], "little")
        if head[2:3] != b"k" or length < CODE_HEAD + 3:
            return Unknown(GS), 1  # symbol, function and at least one parameter
        if len(self._pending) < length:
            return None
        parameters = self._pending[CODE_HEAD:length]
        return QrCommand(parameters[1], parameters[2:]), length

    def _raster(self) -> tuple[Operation, int] | None:
        head = self._pending[:RASTER_HEAD]
        if len(head) < RASTER_HEAD:
            return None
        if head[2:3] != b"0":
            return Unknown(GS), 1
        row_bytes, rows = (int.from_bytes(head[at : at + 2], "little") for at in (4, 6))
        length = RASTER_HEAD + row_bytes * rows
        if len(self._pending) < length:
            return None
        return Raster(row_bytes, rows, self._pending[RASTER_HEAD:length]), length
