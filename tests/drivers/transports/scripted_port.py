"""A far end that says what a test wants, on a clock that jumps."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from drivers.transports.transport import DeviceLostError


@dataclass
class ScriptedPort:
    """Hands out `pieces` one a call; an exception among them is raised, None is a time-out."""

    pieces: deque[bytes | DeviceLostError | None] = field(default_factory=deque)
    now: float = 100.0
    sent: list[bytes] = field(default_factory=list)
    slept: list[float] = field(default_factory=list)
    flushed: int = 0
    closed: int = 0
    is_there: bool = True
    baud: int = 0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    def write(self, data: bytes, deadline: float) -> None:
        assert deadline > self.now
        self.sent.append(data)

    def read_some(self, deadline: float) -> bytes:
        piece = self.pieces.popleft() if self.pieces else None
        if isinstance(piece, DeviceLostError):
            raise piece
        if piece is None:
            self.now = max(self.now, deadline)
        return piece or b""

    def flush_input(self) -> None:
        self.flushed += 1

    def set_baud(self, baud: int) -> bool:
        self.baud = baud
        return True

    def pulse(self) -> bool:
        return self.is_there

    def close(self) -> None:
        self.closed += 1
