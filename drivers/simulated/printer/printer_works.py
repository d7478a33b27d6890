"""The inside of a simulated receipt printer: moves paper, and answers with status bytes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Final

from drivers.simulated.printer.escpos_stream import (
    STATUS_REQUEST,
    EscPosStream,
    Letter,
    LineEnd,
    Operation,
    PrinterCommand,
    QrCommand,
    Raster,
    Unknown,
)
from drivers.simulated.printer.paper import CELL, DOTS, LEADING, Box, PaperStrip

if TYPE_CHECKING:
    from pathlib import Path

LEVELS: Final = {48: "l", 49: "m", 50: "q", 51: "h"}
MODULES: Final = range(1, 17)  # dots
LONGEST_PAYLOAD: Final = 1273  # bytes at the highest error level
MISSING: Final = "□"


class QrFunction(IntEnum):
    """The functions of GS ( k for QR codes (symbol 49)."""

    MODEL = 65
    MODULE_SIZE = 67
    ERROR_LEVEL = 69
    STORE = 80
    PRINT = 81


@dataclass(frozen=True)
class PrintedSlip:
    """One slip that left the printer; `missing` are characters that its ROM font lacks."""

    path: Path
    texts: tuple[str, ...]
    codes: tuple[str, ...]
    missing: tuple[str, ...]


@dataclass
class PrinterCondition:
    """The state of the printer that a person can change."""

    paper_out: bool = False
    paper_near_end: bool = False
    cover_open: bool = False

    @property
    def offline(self) -> bool:
        """Tell whether the printer prints nothing for now."""
        return self.paper_out or self.cover_open

    def status(self, kind: int) -> bytes:
        """Return the byte that DLE EOT `kind` asks for (1 printer, 2 offline, 3 error, 4 paper)."""
        flags = {
            1: 0x08 * self.offline,
            2: 0x04 * self.cover_open | 0x20 * self.paper_out,
            3: 0,
            4: 0x0C * (self.paper_near_end or self.paper_out) | 0x60 * self.paper_out,
        }
        return bytes([0x12 | flags[kind]]) if kind in flags else b""


class PrinterWorks:
    """Takes bytes from the line, moves paper, and returns status bytes.

    `font` is the printer's font file; `out` is the folder for the pictures of the slips. `unknown`
    collects the bytes that were not understood.
    """

    def __init__(self, font: Path, out: Path) -> None:
        self.condition = PrinterCondition()
        self.slips: list[PrintedSlip] = []
        self.unknown: list[int] = []
        self._out = out
        self._stream = EscPosStream()
        self._paper = PaperStrip(font)
        self._held = b""
        self._texts: list[str] = []
        self._codes: list[str] = []
        self._missing: list[str] = []
        self._reset()

    def take(self, data: bytes) -> bytes:
        """Take bytes from the line and return the answer.

        While the printer is offline only status requests are answered; all else is held back.
        """
        if not self.condition.offline:
            held, self._held = self._held, b""
            return b"".join(self._do(operation) for operation in self._stream.feed(held + data))
        answer = b""
        while (at := data.find(STATUS_REQUEST)) >= 0 and len(data) > at + 2:
            answer += self.condition.status(data[at + 2])
            data = data[:at] + data[at + 3 :]
        self._held += data
        return answer

    def _do(self, operation: Operation) -> bytes:
        match operation:
            case Letter():
                self._put(operation)
            case LineEnd():
                self._end_line()
            case PrinterCommand("DLE EOT", kind):
                return self.condition.status(kind)
            case PrinterCommand():
                self._set(operation)
            case QrCommand():
                self._code(operation)
            case Raster():
                self._flush()
                self._paper.picture(
                    operation.row_bytes, operation.rows, operation.bits, self._alignment
                )
            case Unknown():
                self.unknown.append(operation.byte)
        return b""

    def _set(self, command: PrinterCommand) -> None:
        value = command.argument
        match command.name:
            case "ESC @":
                self._reset()
            case "ESC a":
                self._alignment = value % 48
            case "GS !":
                self._ascii = (1 + (value >> 4 & 7), 1 + (value & 7))
            case "FS !":
                self._kanji = (1 + (value >> 2 & 1), 1 + (value >> 3 & 1))
            case "ESC d":
                self._flush()
                self._paper.feed(value * (CELL + LEADING))
            case "GS V":
                self._cut(value)

    def _reset(self) -> None:
        self._line: list[Box] = []
        self._alignment = 0
        self._ascii = self._kanji = (1, 1)
        self._module, self._level, self._payload = 3, "l", b""

    def _put(self, letter: Letter) -> None:
        across, down = self._kanji if letter.wide else self._ascii
        wide = across * (2 if letter.wide else 1)
        if sum(box[1] for box in self._line) + wide > DOTS * 2 // CELL:
            self._end_line()
        if not letter.rom:
            self._missing.append(letter.char)
        self._line.append((letter.char if letter.rom else MISSING, wide, down))

    def _end_line(self) -> None:
        self._texts.append("".join(char for char, _, _ in self._line))
        self._paper.line(self._line, self._alignment)
        self._line = []

    def _flush(self) -> None:
        if self._line:
            self._end_line()

    def _code(self, code: QrCommand) -> None:
        match code.function:
            case QrFunction.MODEL:
                pass  # only model 2 exists outside of museums
            case QrFunction.MODULE_SIZE if code.data[0] in MODULES:
                self._module = code.data[0]
            case QrFunction.ERROR_LEVEL if code.data[0] in LEVELS:
                self._level = LEVELS[code.data[0]]
            case QrFunction.STORE:
                self._payload = code.data[1:]
            case QrFunction.PRINT if 0 < len(self._payload) <= LONGEST_PAYLOAD:
                self._flush()
                self._codes.append(self._payload.decode("utf-8", "replace"))
                self._paper.code(self._payload, self._module, self._level, self._alignment)
            case _:
                self.unknown.append(code.function)

    def _cut(self, feed: int) -> None:
        self._flush()
        self._paper.feed(feed)
        if self._paper.blank:
            return
        path = self._out / f"slip-{len(self.slips) + 1:04d}.png"
        self._paper.cut().save(path)
        self.slips.append(
            PrintedSlip(path, tuple(self._texts), tuple(self._codes), tuple(self._missing))
        )
        self._texts, self._codes, self._missing = [], [], []
