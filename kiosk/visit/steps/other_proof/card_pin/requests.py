"""What the steps ask of the reader of social security cards."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import ClassVar

from kiosk.people.ss_card import SsCard
from kiosk.visit.device_request import DeviceRequest
from kiosk.visit.events.event import Event
from kiosk.visit.steps.other_proof.card_pin.events import (
    PinAccepted,
    PinRefused,
    SsCardFailed,
    SsCardRead,
)
from kiosk.visit_ports import VisitDevices


@dataclass(frozen=True)
class ReadSsCard(DeviceRequest):
    """Wait for a card and read it; `after_another`: one that was refused is taken out first."""

    thread: ClassVar[str] = "ss_reader"

    after_another: bool = False

    def answer(self, devices: VisitDevices, cancelled: Callable[[], bool]) -> Event | None:
        """Return the card or the failure; None when cancelled first."""
        reader = devices.ss_reader
        if self.after_another and not reader.wait_removed(cancelled):
            return None
        found = reader.read(cancelled)
        if isinstance(found, SsCard):
            return SsCardRead(found)
        return None if found is None else SsCardFailed(found)


@dataclass(frozen=True)
class VerifyPin(DeviceRequest):
    """Show the PIN to the card, once."""

    thread: ClassVar[str] = "ss_reader"

    pin: str = field(repr=False)

    def answer(self, devices: VisitDevices, _cancelled: Callable[[], bool]) -> Event:
        """Return what the card answered."""
        verdict = devices.ss_reader.verify_pin(bytearray(self.pin, "ascii"))
        if verdict.failure is None:
            return PinAccepted()
        return PinRefused(verdict.failure, verdict.tries_left)


@dataclass(frozen=True)
class LeaveSsCard(DeviceRequest):
    """Stop using the card: one that stays in the reader is not read for the next person."""

    thread: ClassVar[str] = "ss_reader"

    def answer(self, devices: VisitDevices, _cancelled: Callable[[], bool]) -> None:
        """Tell the reader so."""
        devices.ss_reader.forget_card()
