"""How far a long work is: one line that is rewritten on a terminal, plain lines in a log."""

from __future__ import annotations

import shutil
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self, TextIO

if TYPE_CHECKING:
    from types import TracebackType

MOST_LINES = 50
"""Lines of one work in a log; of more steps than that only some are written."""
BACK, CLEAR = "\r", "\x1b[K"  # ECMA-48, 8.3.41: erase to the end of the line
WIDE = 0x1100  # from Hangul on characters may take two columns


def standard_error() -> TextIO:
    """Return today's standard error; standard output is for results."""
    return sys.stderr


@dataclass
class ProgressLine:
    """Shows `[done/total] what: now` on `stream` until it is closed.

    `total` is 0 where nobody knows how many steps there will be. Use it in a `with`: whatever ends
    the work, what is written next begins on a line of its own.
    """

    what: str
    total: int = 0
    stream: TextIO = field(default_factory=standard_error)
    done: int = field(default=0, init=False)
    _shown: bool = field(default=False, init=False)
    _written: int = field(default=-1, init=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        if self._shown:
            self._write(BACK + CLEAR)
            self._shown = False

    def begin(self, now: str) -> None:
        """Show what is being done now, without counting a step."""
        self.at(self.done, now)

    def step(self, now: str = "") -> None:
        """Count one step, and show what was done."""
        self.at(self.done + 1, now)

    def at(self, done: int, now: str = "") -> None:
        """Show that `done` steps are done; `now` names the one at hand."""
        self.done = done
        count = f"{done}/{self.total}" if self.total else str(done)
        line = f"[{count}] {self.what}" + (f": {now}" if now else "")
        if self.stream.isatty():
            columns = shutil.get_terminal_size().columns
            self._write(BACK + _cut(line, columns - 1) + CLEAR)
            self._shown = True
        elif self._is_worth_a_line():
            self._written = done
            self._write(line + "\n")

    def _is_worth_a_line(self) -> bool:
        """Tell whether a log wants this step, so that a work of thousands has a few lines."""
        if self.total <= MOST_LINES or self.done == self.total:
            return True
        share = self.total / MOST_LINES
        return self.done // share > self._written // share

    def _write(self, said: str) -> None:
        self.stream.write(said)
        self.stream.flush()


def _cut(line: str, columns: int) -> str:
    """Return as much of the line as fits: one that wraps could not be rewritten."""
    width = 0
    for at, letter in enumerate(line):
        width += 2 if ord(letter) >= WIDE else 1
        if width > columns:
            return line[:at]
    return line
