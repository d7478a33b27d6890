"""A simulated identity card reader: SAM_V on a pty or a TCP port.

Bytes leave in bursts of 62 at the speed of the line; faults are scripted at run time, each for
one reply (cards.md §6).
"""

from __future__ import annotations

import threading
from collections import deque
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Final

from drivers.simulated.cards.lines import PtyLine, TcpLine
from drivers.simulated.cards.samv import READS, SELECT, Delays, Samv, SimulatedStatus
from drivers.simulated.cards.samv_frame import Request, reply

if TYPE_CHECKING:
    from collections.abc import Callable

    from drivers.simulated.cards.card_chip import CardChip
    from drivers.simulated.cards.lines import CableLine

BURST: Final = 62  # a full-speed USB bridge sends 64-byte packets, two of them its own status
BITS_A_BYTE: Final = 10  # 8N1
NOISE: Final = bytes.fromhex("00FF17AAAA")  # two stray AA before the preamble
SLOW_SECONDS: Final = 2.0
FLIPPED_BYTES: Final = (14, 16)  # the first two characters of a text, or of an address


class IdReaderFault(StrEnum):
    """The faults that one reply can have."""

    NOISE = "noise"
    CORRUPT = "corrupt"
    TRUNCATE = "truncate"
    STALE = "stale"  # the reply before comes again, ahead of the right one
    SLOW = "slow"
    MUTE = "mute"
    LIFTED = "lifted"  # during a read: verdict 41
    LIFTED_TRUNCATED = "lifted_truncated"  # during a read: half a reply
    REFUSED = "refused"  # by the SAM, when it is selected: 32
    NOT_IDENTITY = "not_identity"  # a card of another kind, when it is selected: 40
    DAMAGED = "damaged"  # the information check failed, during a read: 33
    SELF_TEST = "self_test"  # the SAM takes no command: 60
    HUNG = "hung"  # the chip fails every select until the field was off
    FLIPPED = "flipped"  # during a read: two bits of one column, which the checksum misses


VERDICTS: Final = {
    IdReaderFault.REFUSED: SimulatedStatus.SAM_REFUSES_CARD,
    IdReaderFault.NOT_IDENTITY: SimulatedStatus.NOT_IDENTITY,
    IdReaderFault.DAMAGED: SimulatedStatus.CHECK_FAILED,
    IdReaderFault.SELF_TEST: SimulatedStatus.SELF_TEST_FAILED,
}
WAITS_FOR: Final = {
    IdReaderFault.LIFTED: READS,
    IdReaderFault.LIFTED_TRUNCATED: READS,
    IdReaderFault.FLIPPED: READS,
    IdReaderFault.DAMAGED: READS,
    IdReaderFault.REFUSED: (SELECT,),
    IdReaderFault.NOT_IDENTITY: (SELECT,),
    IdReaderFault.HUNG: (SELECT,),
}
"""Faults that happen at certain commands only."""


class SimulatedIdCardReader:
    """A reader whose cable ends at `where`.

    A path is a link to its pty, like a udev symlink; a number is a TCP port of the loopback, 0 any
    free one. `samv` answers the requests after its `delays`. `sleep` waits the given seconds;
    without it the reader waits in real time.
    """

    def __init__(
        self,
        where: Path | int,
        samv: Samv,
        delays: Delays | None = None,
        sleep: Callable[[float], object] | None = None,
    ) -> None:
        self._where = where
        self._samv = samv
        self._delays = delays or Delays()
        self._sleep = sleep
        self._faults: deque[IdReaderFault] = deque()
        self._last = b""
        self._lock = threading.RLock()
        self._line: PtyLine | TcpLine | None = None

    @property
    def link(self) -> Path:
        """Return the link to the pty."""
        assert isinstance(self._where, Path)
        return self._where

    @property
    def url(self) -> str:
        """Return the address for a driver."""
        return str(self.link) if isinstance(self._where, Path) else f"tcp://127.0.0.1:{self._where}"

    def plug(self) -> None:
        """Connect the cable: a new pty under the same link, or the same port; idempotent."""
        if self._line is not None:
            return
        if isinstance(self._where, Path):
            self._line = PtyLine(self._where, self.serve)
        else:
            self._line = TcpLine(self._where, self.serve)
            self._where = self._line.port

    def unplug(self) -> None:
        """Pull the cable: the host's port dies and the link goes; idempotent."""
        if self._line is not None:
            self._line.close()
            self._line = None

    def place_card(self, card: CardChip) -> None:
        """Lay a card on the reader."""
        with self._lock:
            self._samv.place(card)

    def lift_card(self) -> None:
        """Take the card away."""
        with self._lock:
            self._samv.lift()

    def license(self, *, valid: bool) -> None:
        """Set whether the security module has its licence; without it replies have SW3 66."""
        with self._lock:
            self._samv.licensed = valid

    def fault(self, fault: IdReaderFault) -> None:
        """Script a fault for the next reply that it can happen to (`WAITS_FOR`)."""
        with self._lock:
            self._faults.append(fault)

    def serve(self, line: CableLine, request: Request) -> None:
        """Answer one request on a line, with the next fault that can happen to it."""
        baud = self._samv.baud
        if line.baud() not in {baud, None}:
            return  # at another speed a request is only noise to the reader
        wait = self._sleep or line.wait
        wait(self._delays.of(request.body[:2]))
        with self._lock:
            fault = self._next_fault(request)
            if fault is IdReaderFault.LIFTED:
                self._samv.lift()
            if fault is IdReaderFault.HUNG:
                self._samv.hung = True
            data = self._spoiled(fault, self._samv.answer(request))
            if fault is IdReaderFault.LIFTED_TRUNCATED:
                self._samv.lift()
        if fault is IdReaderFault.SLOW:
            wait(SLOW_SECONDS)
        for at in range(0, len(data), BURST):
            burst = data[at : at + BURST]
            wait(len(burst) * BITS_A_BYTE / baud)
            line.send(burst)

    def _next_fault(self, request: Request) -> IdReaderFault | None:
        waiting = self._faults[0] if self._faults else None
        if waiting is None or request.body[:2] not in WAITS_FOR.get(waiting, (request.body[:2],)):
            return None
        return self._faults.popleft()

    def _spoiled(self, fault: IdReaderFault | None, good: bytes) -> bytes:
        last, self._last = self._last, good
        if fault in VERDICTS:
            return reply(VERDICTS[fault])
        match fault:
            case IdReaderFault.NOISE:
                return NOISE + good
            case IdReaderFault.CORRUPT:
                return good[:-1] + bytes([good[-1] ^ 1])
            case IdReaderFault.FLIPPED:
                return flipped(good)
            case IdReaderFault.TRUNCATE | IdReaderFault.LIFTED_TRUNCATED:
                return good[: len(good) // 2]
            case IdReaderFault.STALE:
                return last + good
            case IdReaderFault.MUTE:
                return b""
            case _:
                return good


def flipped(frame: bytes) -> bytes:
    """Return the frame with the lowest bit of two bytes flipped, behind its lengths.

    The XOR of the frame stays right, because both bits stand in one column.
    """
    spoiled = bytearray(frame)
    for at in FLIPPED_BYTES:
        if at < len(frame) - 1:
            spoiled[at] ^= 1
    return bytes(spoiled)
