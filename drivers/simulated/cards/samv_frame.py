"""Framing of requests on the reader's line: SAM_V frames (cards.md §1.2)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from operator import xor
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

PREAMBLE: Final = bytes.fromhex("AAAAAA9669")
HEAD: Final = len(PREAMBLE) + 2
SHORTEST: Final = 3
LONGEST: Final = 4096


@dataclass(frozen=True)
class Request:
    """One frame from the host: command, parameter and data; `sound` when its checksum is right."""

    body: bytes
    sound: bool = True


def reply(sw3: int, data: bytes = b"", sw1_sw2: bytes = b"\x00\x00") -> bytes:
    """Return a whole reply frame: SW1 SW2 of the card, SW3 of the reader, and the data."""
    body = sw1_sw2 + bytes([sw3]) + data
    counted = (len(body) + 1).to_bytes(2, "big") + body
    return PREAMBLE + counted + bytes([reduce(xor, counted)])


class RequestScanner:
    """Collects bytes as they arrive and yields whole requests."""

    def __init__(self) -> None:
        self._pending = b""

    def feed(self, data: bytes) -> Iterator[Request]:
        """Take `data` and yield every request that is complete now."""
        self._pending += data
        while True:
            self._pending = self._pending[self._start() :]
            if len(self._pending) < HEAD:
                return
            length = int.from_bytes(self._pending[HEAD - 2 : HEAD], "big")
            if not SHORTEST <= length <= LONGEST:
                self._pending = self._pending[1:]
                continue
            if len(self._pending) < HEAD + length:
                return
            counted = self._pending[HEAD - 2 : HEAD + length]
            self._pending = self._pending[HEAD + length :]
            yield Request(counted[2:-1], sound=reduce(xor, counted) == 0)

    def _start(self) -> int:
        """Return where the next preamble begins, or where it may still begin."""
        at = self._pending.find(PREAMBLE)
        if at >= 0:
            return at
        tails = (n for n in range(len(PREAMBLE) - 1, 0, -1) if self._pending.endswith(PREAMBLE[:n]))
        return len(self._pending) - next(tails, 0)
