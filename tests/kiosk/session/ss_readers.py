"""Readers of social security cards for tests of a session: with the real driver, in process."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from drivers.devices.ss_card_reader import SlotSsCardReader
from drivers.simulated.cards.ss_card import SimulatedSsCard
from drivers.simulated.cards.ss_card_image import load
from tests.drivers.devices.ss_card.ss_card_slots import InProcessSlot, SlotTime
from tests.kiosk.invented_people import CONFIG


@dataclass(frozen=True)
class SettableSsReader:
    """Whatever reader the scene's devices have at the moment."""

    devices: Any

    def __getattr__(self, name: str) -> Any:
        return getattr(self.devices.ss_reader, name)


@dataclass
class SlotWithCards:
    """The real driver over a slot in process, and the hand that puts invented people's cards in."""

    slot: InProcessSlot = field(default_factory=lambda: InProcessSlot(SlotTime()))

    def reader(self) -> SlotSsCardReader:
        time = self.slot.time
        return SlotSsCardReader(self.slot, time.monotonic, time.sleep, lambda: date(2026, 11, 23))

    def insert(self, name: str) -> SimulatedSsCard:
        card = SimulatedSsCard(load(CONFIG / "personas", name))
        self.slot.insert(card)
        return card
