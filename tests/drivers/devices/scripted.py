"""A reader's end of the wire for tests: answers from a script, on a clock that jumps."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from drivers.protocols import samv
from drivers.protocols.samv import SamvCommand
from drivers.transports.transport import DeviceLostError, Loss
from tests.drivers.vectors import ALL

if TYPE_CHECKING:
    from collections.abc import Callable

LOST = "lost"
SILENT = b""
_COMMANDS = {samv.request(c): c for c in SamvCommand}


def frame(body: str) -> bytes:
    inner = (len(bytes.fromhex(body)) + 1).to_bytes(2, "big") + bytes.fromhex(body)
    return samv.PREAMBLE + inner + bytes([samv.checksum(inner)])


def vector(name: str) -> bytes:
    return bytes.fromhex(ALL[name]["reply_hex"])


def verdict(sw3: str) -> bytes:
    return frame("0000" + sw3)


NO_CARD, FOUND, SELECTED, READ = vector("D04"), vector("D05"), vector("D06"), vector("D07")
READY = vector("D02")
NO_NEW_ADDRESS = vector("D14")
NEW_ADDRESS = vector("D13")
SAM_NUMBER = vector("D03")
SAM_ID = "05.03-20990101-0001234567-0007654321"


@dataclass
class ScriptedTime:
    """A clock that only waiting moves; every wait is noted."""

    now: float = 1000.0
    slept: list[float] = field(default_factory=list)

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@dataclass
class ScriptedWire:
    """Answers each command with the next line of the script; the command must be as told there.

    Is port and port opener in one: the script goes on when the port is opened again. Each opening
    is greeted first: status at `baud`, and the SAM number; both outside the script.
    """

    time: ScriptedTime
    script: list[tuple[SamvCommand, bytes | str]]
    opened: int = 0
    closed: int = 0
    openable: bool = True
    baud: int = 115200
    sam_number: bytes = SAM_NUMBER
    has_speed: bool = True
    loss: Loss = Loss.GONE
    bauds: list[int] = field(default_factory=list)
    _input: bytes = b""
    _greeting: list[bytes] = field(default_factory=list)

    def open(self) -> ScriptedWire:
        if not self.openable:
            raise DeviceLostError("no such device", self.loss)
        self.opened += 1
        self._greeting = [READY, self.sam_number]
        return self

    def set_baud(self, baud: int) -> bool:
        self.bauds.append(baud)
        return self.has_speed

    def write(self, data: bytes, deadline: float) -> None:
        assert deadline > self.time.now
        assert not self._input
        command = _COMMANDS[data]
        if self._greeting:
            assert command is (
                SamvCommand.STATUS if len(self._greeting) > 1 else SamvCommand.SAM_NUMBER
            )
            heard = not self.bauds or self.bauds[-1] == self.baud
            self._input = self._greeting.pop(0) if heard else b""
            return
        assert self.script, f"{command} was not expected"
        expected, answer = self.script.pop(0)
        assert command is expected
        if isinstance(answer, str):
            raise DeviceLostError(answer)
        self._input = answer

    def read_some(self, deadline: float) -> bytes:
        heard, self._input = self._input[:62], self._input[62:]
        if heard:
            self.time.now += len(heard) * 10 / 115200
        else:
            self.time.now = max(self.time.now, deadline)
        return heard

    def flush_input(self) -> None:
        self._input = b""

    def pulse(self) -> bool:
        return True

    def close(self) -> None:
        self.closed += 1


def until_empty(wire: ScriptedWire) -> Callable[[], bool]:
    """A `cancelled` that becomes true when the script is told."""
    return lambda: not wire.script
