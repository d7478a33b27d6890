"""A simulated reader without a wire: its bytes come at once, its delays move a clock that jumps."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from drivers.simulated.cards.id_card_reader import SimulatedIdCardReader
from drivers.simulated.cards.samv import BAUDS, Samv
from drivers.simulated.cards.samv_frame import RequestScanner
from drivers.transports.transport import DeviceLostError
from tests.drivers.devices.scripted import ScriptedTime


@dataclass
class MemoryLine:
    """The reader's end: what it sends lies here until the host fetches it."""

    time: ScriptedTime
    speed: int = BAUDS[0]
    sent: bytes = b""

    def baud(self) -> int | None:
        return self.speed

    def wait(self, seconds: float) -> None:
        self.time.now += seconds

    def send(self, data: bytes) -> None:
        self.sent += data

    def close(self) -> None:
        """Nothing is held."""


@dataclass
class MemoryPort:
    """The host's end, and the opener of it. `plugged` False: every call is lost."""

    time: ScriptedTime
    samv: Samv = field(default_factory=Samv)
    plugged: bool = True
    has_speed: bool = True
    opened: int = 0
    closed: int = 0
    requests: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.line = MemoryLine(self.time)
        self.reader = SimulatedIdCardReader(Path("nowhere"), self.samv, sleep=self.line.wait)
        self._scanner = RequestScanner()

    def open(self) -> MemoryPort:
        self._here()
        self.opened += 1
        self.line.sent = b""
        self._scanner = RequestScanner()
        return self

    def write(self, data: bytes, deadline: float) -> None:
        self._here()
        for request in self._scanner.feed(data):
            self.requests.append(request.body)
            self.reader.serve(self.line, request)

    def read_some(self, deadline: float) -> bytes:
        self._here()
        heard, self.line.sent = self.line.sent, b""
        if not heard or self.time.now > deadline:
            self.line.sent = heard
            self.time.now = max(self.time.now, deadline)
            return b""
        return heard

    def flush_input(self) -> None:
        self._here()
        self.line.sent = b""

    def pulse(self) -> bool:
        return self.plugged

    def set_baud(self, baud: int) -> bool:
        self._here()
        if self.has_speed:
            self.line.speed = baud
        return self.has_speed

    def close(self) -> None:
        self.closed += 1

    def _here(self) -> None:
        if not self.plugged:
            raise DeviceLostError("pulled")
