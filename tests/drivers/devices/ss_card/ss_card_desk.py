"""A desk with a simulated social security card and its reader."""

from __future__ import annotations

from dataclasses import replace

import pytest

from drivers.simulated.cards.ss_card import SimulatedSsCard
from drivers.transports.pcsc import CardLost, CardTrouble
from kiosk.people.ss_card import SsCard
from tests.drivers.devices.ss_card.ss_card_contract import (
    SlotRig,
    card,
)
from tests.drivers.devices.ss_card.ss_card_slots import (
    InProcessSlot,
    RecordedSlot,
    Recording,
    SlotTime,
)


class SsCardDesk:
    """A slot in process with its reader."""

    def __init__(self, authenticator=None, **limits: float) -> None:
        self.time = SlotTime()
        self.slot = InProcessSlot(self.time)
        self.recording: Recording = []
        recorded = RecordedSlot(self.slot, self.recording)
        self.rig = SlotRig(
            recorded, self.time.monotonic, self.time.sleep, self.slot.insert, self.slot.remove
        )
        self.reader = self.rig.reader(authenticator, **limits)

    def read(self):
        return self.rig.read(self.reader)

    @property
    def said(self) -> list[str]:
        return [asked for asked, _ in self.recording if asked not in {"presence", "connect"}]


@pytest.fixture
def desk() -> SsCardDesk:
    return SsCardDesk()


WAYS = ("by_id", "by_number", "by_sfi")


def without(made, *missing: int, renumbered: bool = False):
    records = {
        ef: tuple(one for one in items if one.tag not in missing)
        for ef, items in made.records.items()
    }
    if renumbered:
        records = {
            ef: tuple(replace(one, number=at) for at, one in enumerate(items, 1))
            for ef, items in records.items()
        }
    return replace(made, records=records)


class Flickering:
    """A card whose connection is reset at the n-th command, as often as told."""

    def __init__(self, slot: InProcessSlot, at: int, times: int) -> None:
        self._slot, self.at, self.times = slot, at, times

    def __getattr__(self, name: str):
        return getattr(self._slot, name)

    def connect(self, deadline: float):
        connection = self._slot.connect(deadline)
        left, transmit = self.at, connection.transmit

        def flicker(apdu, deadline):
            nonlocal left
            left -= 1
            if left == 0 and self.times:
                self.times -= 1
                raise CardLost(CardTrouble.RESET, 0x80100068)
            return transmit(apdu, deadline)

        connection.transmit = flicker
        return connection


def left_behind(desk: SsCardDesk, name: str = "D21") -> SimulatedSsCard:
    held = card(name)
    desk.slot.insert(held)
    assert isinstance(desk.read(), SsCard)
    assert not desk.reader.wait_removed(desk.rig.patience(1.0))
    return held
