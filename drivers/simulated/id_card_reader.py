"""How does an identity card reader behave on its serial line? A SAM_V reader on a pty.

Bytes leave in bursts of 62 at the speed of the line; faults are scripted at run time, each for
one reply (cards.md §6).
"""

from __future__ import annotations

import contextlib
import os
import select
import termios
import threading
import tty
from collections import deque
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from drivers.simulated.samv import BAUDS, READS, Delays, Samv
from drivers.simulated.samv_frame import Request, RequestScanner

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from drivers.simulated.card_chip import CardChip

BURST: Final = 62  # a full-speed USB bridge sends 64-byte packets, two of them its own status
BITS_A_BYTE: Final = 10  # 8N1
NOISE: Final = bytes.fromhex("00FF17AAAA")  # two stray AA before the preamble
SLOW_SECONDS: Final = 2.0
SPEEDS: Final = {getattr(termios, f"B{baud}"): baud for baud in BAUDS}


class Fault(StrEnum):
    """What can go wrong with one reply."""

    NOISE = "noise"
    CORRUPT = "corrupt"
    TRUNCATE = "truncate"
    STALE = "stale"  # the reply before comes again, ahead of the right one
    SLOW = "slow"
    MUTE = "mute"
    LIFTED = "lifted"  # during a read: verdict 41
    LIFTED_TRUNCATED = "lifted_truncated"  # during a read: half a reply


LIFTING: Final = (Fault.LIFTED, Fault.LIFTED_TRUNCATED)


class IdCardReader:
    """A reader at the other end of `link`, which points to its pty like a udev symlink.

    `sleep` waits the given seconds; without it the reader waits in real time.
    """

    def __init__(
        self,
        link: Path,
        samv: Samv,
        delays: Delays | None = None,
        sleep: Callable[[float], object] | None = None,
    ) -> None:
        self.link = link
        self._samv = samv
        self._delays = delays or Delays()
        self._sleep = sleep
        self._faults: deque[Fault] = deque()
        self._last = b""
        self._lock = threading.RLock()
        self._line: _Line | None = None

    def plug(self) -> None:
        """Connect the cable: a new pty under the same link; idempotent."""
        if self._line is None:
            self._line = _Line(self.link, self._serve)

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
        """Give the security module its licence, or take it (SW3 66)."""
        with self._lock:
            self._samv.licensed = valid

    def fault(self, fault: Fault) -> None:
        """Script a fault for the next reply; a lifted card waits for the next read."""
        with self._lock:
            self._faults.append(fault)

    def _serve(self, line: _Line, request: Request) -> None:
        baud = self._samv.baud
        if line.baud() != baud:
            return  # at another speed a request is only noise to the reader
        wait = self._sleep or line.wait
        wait(self._delays.of(request.body[:2]))
        with self._lock:
            fault = self._next_fault(request)
            if fault is Fault.LIFTED:
                self._samv.lift()
            data = self._spoiled(fault, self._samv.answer(request))
            if fault is Fault.LIFTED_TRUNCATED:
                self._samv.lift()
        if fault is Fault.SLOW:
            wait(SLOW_SECONDS)
        for at in range(0, len(data), BURST):
            burst = data[at : at + BURST]
            wait(len(burst) * BITS_A_BYTE / baud)
            line.send(burst)

    def _next_fault(self, request: Request) -> Fault | None:
        waiting = self._faults[0] if self._faults else None
        if waiting in LIFTING and request.body[:2] not in READS:
            return None
        return self._faults.popleft() if waiting else None

    def _spoiled(self, fault: Fault | None, good: bytes) -> bytes:
        last, self._last = self._last, good
        match fault:
            case Fault.NOISE:
                return NOISE + good
            case Fault.CORRUPT:
                return good[:-1] + bytes([good[-1] ^ 1])
            case Fault.TRUNCATE | Fault.LIFTED_TRUNCATED:
                return good[: len(good) // 2]
            case Fault.STALE:
                return last + good
            case Fault.MUTE:
                return b""
            case _:
                return good


class _Line:
    """One plugged cable: a pty, the link to it, and the thread that listens."""

    def __init__(self, link: Path, serve: Callable[[_Line, Request], None]) -> None:
        self._link = link
        self._serve = serve
        # The host's end stays open here too, or the pty would hang up whenever the host closes it.
        self._reader_end, self._host_end = os.openpty()
        tty.setraw(self._host_end)
        os.set_blocking(self._reader_end, False)
        self._woken, self._wake = os.pipe()
        self._pulled = threading.Event()
        fresh = link.with_name(link.name + ".new")
        fresh.unlink(missing_ok=True)
        fresh.symlink_to(os.ttyname(self._host_end))
        fresh.replace(link)
        self._thread = threading.Thread(target=self._listen, name="simulated-reader", daemon=True)
        self._thread.start()

    def baud(self) -> int:
        """Return the speed that the host has set, or 0 for one that the reader does not know."""
        return SPEEDS.get(termios.tcgetattr(self._host_end)[5], 0)

    def wait(self, seconds: float) -> None:
        """Wait in real time; a pulled cable ends the wait."""
        self._pulled.wait(seconds)

    def send(self, data: bytes) -> None:
        """Send bytes; those that a host does not fetch are lost, as on a UART."""
        if not self._pulled.is_set():
            with contextlib.suppress(BlockingIOError):
                os.write(self._reader_end, data)

    def close(self) -> None:
        """Pull the cable."""
        self._link.unlink(missing_ok=True)
        self._pulled.set()
        os.write(self._wake, b"x")
        self._thread.join()
        for descriptor in (self._reader_end, self._host_end, self._woken, self._wake):
            os.close(descriptor)

    def _listen(self) -> None:
        scanner = RequestScanner()
        while not self._pulled.is_set():
            ready, _, _ = select.select([self._reader_end, self._woken], [], [])
            if self._reader_end in ready:
                for request in scanner.feed(os.read(self._reader_end, 4096)):
                    self._serve(self, request)
