"""A simulated social security card in a hand: it can be pulled, hang, or be slow.

Faults are scripted at run time, each for one APDU (cards.md §6).
"""

from __future__ import annotations

import secrets
import threading
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from drivers.simulated.cards.ss_card_chip import SsCardChip, status

if TYPE_CHECKING:
    from collections.abc import Callable

    from drivers.simulated.cards.ss_card_image import SsCardImage

NO_ANSWER: Final = b""
SLOW_SECONDS: Final = 2.0
UNKNOWN_FAULT: Final = 0x6F00


class SsCardFault(StrEnum):
    """The faults that one APDU can have."""

    MUTE = "mute"  # the chip hangs: no answer to anything until it is reset; readers give up on it
    STATUS = "status"  # only a status word, and nothing was done
    CUT = "cut"  # it was done, but only half of the answer arrives
    PULLED = "pulled"
    SLOW = "slow"


@dataclass(frozen=True)
class _Scripted:
    fault: SsCardFault
    status: int
    seconds: float


class SimulatedSsCard:
    """One card that answers APDUs; `random` returns as many unforeseeable bytes as it is asked for.

    An answer of no bytes is none at all: the chip hangs or the card was pulled. `sleep` waits the
    given seconds; without it a slow card waits in real time, and pulling it ends the wait.
    """

    def __init__(
        self,
        image: SsCardImage,
        *,
        random: Callable[[int], bytes] = secrets.token_bytes,
        sleep: Callable[[float], object] | None = None,
    ) -> None:
        self._chip = SsCardChip(image, random)
        self._gone = threading.Event()
        self._sleep = sleep or self._gone.wait
        self._lock = threading.Lock()
        self._hangs = False
        self._served = 0
        self._script: dict[int, _Scripted] = {}

    @property
    def tries_left(self) -> int:
        """Return how many wrong PINs the card still takes."""
        return self._chip.tries_left

    @property
    def is_pulled(self) -> bool:
        """Tell whether the card has left the reader."""
        return self._gone.is_set()

    def atr(self) -> bytes:
        """Return the answer to reset, or none from a card that is not there."""
        return NO_ANSWER if self.is_pulled else self._chip.image.atr

    def reset(self) -> None:
        """Power the chip off and on; the PIN's tries stay."""
        with self._lock:
            self._hangs = False
            self._chip.reset()

    def transmit(self, apdu: bytes) -> bytes:
        """Return data and status word for one command APDU, with the fault that is due."""
        with self._lock:
            due = self._script.pop(self._served, None)
            self._served += 1
        if due and due.fault is SsCardFault.SLOW:
            self._sleep(due.seconds)
        with self._lock:
            return self._answer(apdu, due)

    def fault(
        self,
        fault: SsCardFault,
        *,
        after: int = 0,
        status: int = UNKNOWN_FAULT,
        seconds: float = SLOW_SECONDS,
    ) -> None:
        """Script a fault for the APDU that follows `after` more good ones.

        `status` is the status word of a STATUS fault, `seconds` the wait of a SLOW one.
        """
        with self._lock:
            self._script[self._served + after] = _Scripted(fault, status, seconds)

    def pull(self) -> None:
        """Take the card out of the reader; idempotent."""
        self._gone.set()

    def put_back(self) -> None:
        """Put the card into a reader again: it begins anew; idempotent."""
        if self.is_pulled:
            self.reset()
            self._gone.clear()

    def _answer(self, apdu: bytes, due: _Scripted | None) -> bytes:
        match due.fault if due else None:
            case SsCardFault.MUTE:
                self._hangs = True
            case SsCardFault.PULLED:
                self.pull()
            case SsCardFault.STATUS if due and not self._hangs:
                return status(due.status)
        if self._hangs or self.is_pulled:
            return NO_ANSWER
        good = self._chip.answer(bytes(apdu))
        return good[: len(good) // 2] if due and due.fault is SsCardFault.CUT else good
