"""What does a driver need of a card slot? Who is in it, a connection, and two ways to lose it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from drivers.transports.transport import DeviceLostError


class SlotTrouble(StrEnum):
    """Why the slot can't be used."""

    LIBRARY_MISSING = "library_missing"  # no libpcsclite on this machine
    SERVICE_STOPPED = "service_stopped"  # pcscd is not there, or went away
    FORBIDDEN = "forbidden"  # 0x8010006A: polkit does not let this user
    READER_ABSENT = "reader_absent"  # the service knows no reader of that name, or not yet
    READER_GONE = "reader_gone"  # it was there, and is unplugged
    BUSY = "busy"  # another program holds the card
    STUCK = "stuck"  # a call has not come back by its deadline


class SlotLostError(DeviceLostError):
    """The slot can't be used; close it and try again later."""

    def __init__(self, trouble: SlotTrouble, code: int = 0) -> None:
        super().__init__(f"{trouble} {code:#010x}" if code else str(trouble))
        self.trouble = trouble


class CardTrouble(StrEnum):
    """Why a card can't be spoken to."""

    GONE = "gone"  # pulled, or never quite there
    RESET = "reset"  # by another program, or just put in: what was selected is forgotten
    MUTE = "mute"  # no answer to reset: wrong way round, half in, or broken
    FAULT = "fault"  # it answers nonsense


class CardLost(Exception):  # noqa: N818 - it states what happened to the card
    """The card can't be spoken to; the connection must be closed."""

    def __init__(self, trouble: CardTrouble, code: int = 0) -> None:
        super().__init__(f"{trouble} {code:#010x}" if code else str(trouble))
        self.trouble = trouble


@dataclass(frozen=True)
class SlotState:
    """What is in the slot now.

    `insertion` counts what was put in and taken out: another value with a card present means that
    the card was swapped, however quickly. `epoch` counts how often the service was asked anew;
    what happened in between is not known.
    """

    present: bool
    mute: bool = False
    insertion: int = 0
    epoch: int = 0


class CardConnection(Protocol):
    """One card, held alone. Deadlines are instants of the injected monotonic clock, in seconds."""

    @property
    def t0(self) -> bool:
        """Tell whether the card speaks T=0."""

    def transmit(self, apdu: bytes | bytearray, deadline: float) -> bytes:
        """Return the answer with its status bytes. Raises CardLost and SlotLost.

        A bytearray is not copied, so that the caller can overwrite what must not stay.
        """

    def close(self) -> None:
        """Let go of the card, which forgets what was proved to it; idempotent, raises nothing."""


class CardSlot(Protocol):
    """Where one card fits in."""

    def reader(self, deadline: float) -> str:
        """Return the whole name of the reader that has the slot now. Raises SlotLost."""

    def presence(self, deadline: float) -> SlotState:
        """Return what is in the slot as soon as it is news, at the deadline in any case.

        Raises SlotLost.
        """

    def connect(self, deadline: float) -> CardConnection:
        """Hold the card that is in the slot. Raises CardLost and SlotLost."""

    def close(self) -> None:
        """Let go of everything; the next call begins anew; idempotent, raises nothing."""
