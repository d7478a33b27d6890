"""Protocols of a card slot and of a connection to the card in it, and their two exceptions.

`SlotLostError` means that reader or service cannot be used, `CardLost` that only the card cannot.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from drivers.transports.transport import DeviceLostError


class SlotTrouble(StrEnum):
    """The reasons why a slot can't be used."""

    LIBRARY_MISSING = "library_missing"  # no libpcsclite on this machine
    SERVICE_STOPPED = "service_stopped"  # pcscd is not there, or went away
    FORBIDDEN = "forbidden"  # 0x8010006A: polkit does not let this user
    READER_ABSENT = "reader_absent"  # the service knows no reader of that name, or not yet
    READER_GONE = "reader_gone"  # it was there, and is unplugged
    BUSY = "busy"  # another program holds the card
    STUCK = "stuck"  # a call has not come back by its deadline


class SlotLostError(DeviceLostError):
    """Raised when the slot can't be used.

    Close it and try again later. `code` is the return code of PC/SC, 0 when there was none.
    """

    def __init__(self, trouble: SlotTrouble, code: int = 0) -> None:
        super().__init__(f"{trouble} {code:#010x}" if code else str(trouble))
        self.trouble = trouble


class CardTrouble(StrEnum):
    """The reasons why a card can't be spoken to."""

    GONE = "gone"  # pulled, or never quite there
    RESET = "reset"  # by another program, or just put in: what was selected is forgotten
    MUTE = "mute"  # no answer to reset: wrong way round, half in, or broken
    FAULT = "fault"  # it answers nonsense


class CardLost(Exception):  # noqa: N818 - it states what happened to the card
    """Raised when the card can't be spoken to; the connection must be closed.

    `code` is the return code of PC/SC, 0 when there was none.
    """

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
    """An exclusive connection to one card.

    Deadlines are instants of the injected monotonic clock, in seconds.
    """

    @property
    def t0(self) -> bool:
        """Tell whether the card speaks T=0."""

    def transmit(self, apdu: bytes | bytearray, deadline: float) -> bytes:
        """Return the answer to one APDU, with its status bytes. Raises CardLost and SlotLostError.

        A bytearray is not copied, so that the caller can overwrite what must not stay.
        """

    def close(self) -> None:
        """Reset and release the card; idempotent, raises nothing.

        The reset makes it forget what was proved to it.
        """


class CardSlot(Protocol):
    """A reader's slot for one card."""

    def reader(self, deadline: float) -> str:
        """Return the whole name of the reader that has the slot now. Raises SlotLostError."""

    def presence(self, deadline: float) -> SlotState:
        """Return what is in the slot as soon as it changes, at the deadline in any case.

        Raises SlotLostError.
        """

    def connect(self, deadline: float) -> CardConnection:
        """Connect to the card in the slot, exclusively. Raises CardLost and SlotLostError."""

    def close(self) -> None:
        """Release the service; the next call connects again; idempotent, raises nothing."""
