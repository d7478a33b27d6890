"""Input of a PIN by the holder of the card: one line that no string and no screen shows."""

from __future__ import annotations

import os
import sys
import termios
from contextlib import contextmanager
from typing import TYPE_CHECKING

from drivers.protocols.ss_card import PIN_DIGITS
from kiosk.operator_texts import text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

_LOCAL_FLAGS = 3  # where termios.tcgetattr keeps ECHO


def read() -> bytearray:
    """Return one line of standard input, without its end, and without ever making a string of it.

    The caller overwrites it after use.
    """
    typed, size = bytearray(PIN_DIGITS + len("\r\n")), 0
    with memoryview(typed) as room, _unseen(sys.stdin.fileno()):
        while size < len(typed) and typed.find(b"\n", 0, size) < 0:
            if not (heard := os.readv(sys.stdin.fileno(), [room[size:]])):
                break
            size += heard
    while size and typed[size - 1] in b"\r\n":
        size -= 1
    line = typed[:size]
    typed[:] = bytes(len(typed))
    return line


@contextmanager
def _unseen(descriptor: int) -> Iterator[None]:
    """Switch the echo of a terminal off meanwhile."""
    if not os.isatty(descriptor):
        yield
        return
    print(text_of("devices.type_pin"), file=sys.stderr)
    before = termios.tcgetattr(descriptor)
    hidden = [*before]
    hidden[_LOCAL_FLAGS] &= ~termios.ECHO
    termios.tcsetattr(descriptor, termios.TCSADRAIN, hidden)
    try:
        yield
    finally:
        termios.tcsetattr(descriptor, termios.TCSADRAIN, before)
