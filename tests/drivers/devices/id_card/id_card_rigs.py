"""The same reader four ways: in process, on a pty, on a TCP port, and from a recording.

A rig has the driver, the hands that play the device, and `tired`: a `cancelled` that becomes true
after some looks at the reader. Over a wire nothing is judged by time; in process a clock jumps.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from drivers.devices.id_card_reader import CardReader, ReadOptions
from drivers.devices.sam_timing import SamTimeouts
from drivers.protocols.samv_redaction import redact
from drivers.simulated.cards.card_chip import CardChip
from drivers.simulated.cards.id_card_reader import IdReaderFault, SimulatedIdCardReader
from drivers.simulated.cards.samv import Samv
from drivers.transports.recorder import Recorder
from drivers.transports.replay import Replay, read_recording
from drivers.transports.serial_url import SerialUrl
from drivers.transports.tcp import Tcp
from drivers.transports.transport import Transport
from kiosk.people.identity import IdCard
from tests.drivers.devices.in_process import MemoryPort
from tests.drivers.devices.scripted import ScriptedTime
from tests.drivers.vectors import ALL

TODAY = date(2026, 11, 23)
LOOKS = 12
# Over a wire a limit may only be reached by a bug, and nothing may depend on how fast it is.
PATIENT = SamTimeouts(
    poll=0.001,
    reply=30.0,
    read=30.0,
    whole_read=0.0,
    after_reset=0.0,
    answer=30.0,
    repeated=0.0,
    patience=0.0,
)
BRISK = replace(SamTimeouts(), whole_read=0.0, repeated=0.0, patience=0.0)


def chip_of(vector: str) -> CardChip:
    """The card that a golden reply was read from."""
    raw = bytes.fromhex(ALL[vector]["reply_hex"])
    at = 16 if "fingerprint_len" in ALL[vector]["expect"] else 14
    return CardChip(raw[at : at + 256], raw[at + 256 : at + 1280], raw[at + 1280 : -1])


class TappedPort:
    """Does an action just before the n-th request goes out, on the driver's own thread."""

    def __init__(self, port: Transport, actions: list[Callable[[], None] | None]) -> None:
        self._port = port
        self._deeds = actions

    def write(self, data: bytes, deadline: float) -> None:
        if self._deeds and (action := self._deeds.pop(0)):
            action()
        self._port.write(data, deadline)

    def read_some(self, deadline: float) -> bytes:
        return self._port.read_some(deadline)

    def flush_input(self) -> None:
        self._port.flush_input()

    def set_baud(self, baud: int) -> bool:
        return self._port.set_baud(baud)

    def pulse(self) -> bool:
        return self._port.pulse()

    def close(self) -> None:
        self._port.close()


@dataclass
class IdCardRig:
    """One way to the reader. `virtual`: time-outs cost nothing here."""

    virtual = False
    redacted = False
    limits: SamTimeouts = PATIENT
    actions: list[Callable[[], None] | None] = field(default_factory=list)
    looks: int = 0

    def start(self, open_port: Callable[[], Transport], wishes: ReadOptions | None = None) -> None:
        self.driver = CardReader(
            lambda: TappedPort(open_port(), self.actions),
            self.monotonic,
            self._sleep,
            lambda: TODAY,
            limits=self.limits,
            wishes=wishes,
        )

    def monotonic(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        time.sleep(min(seconds, 0.001))

    def _sleep(self, seconds: float) -> None:
        self.looks += 1
        self.sleep(seconds)

    def tired(self) -> Callable[[], bool]:
        until = self.looks + LOOKS
        return lambda: self.looks >= until

    def outcome(self) -> str:
        """Read, and say in one word what came of it: a number, a failure, or nothing."""
        found = self.driver.read(self.tired())
        return found.number if isinstance(found, IdCard) else str(found or "")

    def removed(self) -> bool:
        return self.driver.wait_removed(self.tired())

    def unplug_at(self, request: int) -> None:
        """Pull the cable before that request goes out; 0 is the next."""
        self.actions[:] = [None] * request + [self.unplug]

    # the hands: a recording has none
    def place(self, vector: str) -> None: ...
    def lift(self) -> None: ...
    def fault(self, fault: IdReaderFault) -> None: ...
    def license(self, *, valid: bool) -> None: ...
    def unplug(self) -> None: ...
    def plug(self) -> None: ...
    def close(self) -> None:
        self.driver.close()


@dataclass
class ReaderInProcess(IdCardRig):
    virtual = True
    limits: SamTimeouts = BRISK
    finds_again: bool = False

    def __post_init__(self) -> None:
        self.time = ScriptedTime()
        self.port = MemoryPort(self.time, Samv(finds_again=self.finds_again))
        self.start(self.open)

    def open(self) -> Transport:
        return self.port.open()

    def monotonic(self) -> float:
        return self.time.now

    def sleep(self, seconds: float) -> None:
        self.time.now += seconds

    def place(self, vector: str) -> None:
        self.port.reader.place_card(chip_of(vector))

    def lift(self) -> None:
        self.port.reader.lift_card()

    def fault(self, fault: IdReaderFault) -> None:
        self.port.reader.fault(fault)

    def license(self, *, valid: bool) -> None:
        self.port.reader.license(valid=valid)

    def unplug(self) -> None:
        self.port.plugged = False

    def plug(self) -> None:
        self.port.plugged = True


@dataclass
class ReaderOnWire(IdCardRig):
    """A pty where `where` is a path, TCP where it is a number."""

    where: Path | int = 0

    def __post_init__(self) -> None:
        self.reader = SimulatedIdCardReader(self.where, Samv(), sleep=lambda _: None)
        self.reader.plug()
        self._spare: list[int] = []
        self.start(self.open)

    def open(self) -> Transport:
        if isinstance(self.where, Path):
            return SerialUrl(str(self.where), 115200, time.monotonic)
        return Tcp(self.reader.url, 30.0, time.monotonic)

    def place(self, vector: str) -> None:
        self.reader.place_card(chip_of(vector))

    def lift(self) -> None:
        self.reader.lift_card()

    def fault(self, fault: IdReaderFault) -> None:
        self.reader.fault(fault)

    def license(self, *, valid: bool) -> None:
        self.reader.license(valid=valid)

    def unplug(self) -> None:
        self.reader.unplug()

    def plug(self) -> None:
        # Somebody else has taken the old name meanwhile.
        self._spare += os.openpty()
        self.reader.plug()

    def close(self) -> None:
        super().close()
        self.reader.unplug()
        for descriptor in self._spare:
            os.close(descriptor)


@dataclass
class Recording(ReaderInProcess):
    """In process, and all of it is recorded."""

    lines: list[str] = field(default_factory=list)

    def open(self) -> Transport:
        return Recorder(self.port.open(), self.lines.append, redact, self.monotonic)


@dataclass
class ReplayedReader(IdCardRig):
    """What was recorded, without any hands."""

    virtual = True
    redacted = True
    limits: SamTimeouts = BRISK
    lines: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.time = ScriptedTime()
        self.port = Replay(read_recording(self.lines), self.monotonic, self.sleep)
        self.start(lambda: self.port)

    def monotonic(self) -> float:
        return self.time.now

    def sleep(self, seconds: float) -> None:
        self.time.now += seconds
