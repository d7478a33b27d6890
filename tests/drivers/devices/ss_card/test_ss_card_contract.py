"""Every way to a card keeps the contract: in process, through pcscd, and from a recording."""

from __future__ import annotations

import time

import pytest

from drivers.transports.pcsc_slot import PcscSlot
from tests.drivers.devices.ss_card.ss_card_contract import (
    CONTRACT,
    PATIENT_CONTRACT,
    READS,
    WHOLE_CONTRACT,
    SlotRig,
    expected,
)
from tests.drivers.devices.ss_card.ss_card_slots import (
    InProcessSlot,
    RecordedSlot,
    Recording,
    ReplaySlot,
    SlotTime,
)
from tests.drivers.pcscd import PrivatePcscd
from tests.drivers.vectors import ALL


def in_process(recording: Recording) -> SlotRig:
    clock = SlotTime()
    slot = InProcessSlot(clock)

    def remove() -> None:
        if slot.card is not None:
            slot.remove()

    def insert(card) -> None:
        remove()
        slot.insert(card)

    recorded = RecordedSlot(slot, recording)
    return SlotRig(recorded, clock.monotonic, clock.sleep, insert, remove)


def replayed(recording: Recording) -> tuple[SlotRig, ReplaySlot]:
    clock = SlotTime()
    slot = ReplaySlot(recording, clock)
    rig = SlotRig(slot, clock.monotonic, clock.sleep, lambda _card: None, lambda: None)
    return rig, slot


@pytest.mark.parametrize("clause", WHOLE_CONTRACT, ids=lambda one: one.__name__)
def test_in_process(clause) -> None:
    clause(in_process([]))


@pytest.mark.parametrize("clause", WHOLE_CONTRACT, ids=lambda one: one.__name__)
def test_replay(clause) -> None:
    recording: Recording = []
    clause(in_process(recording))
    rig, slot = replayed(recording)
    clause(rig)
    assert not slot.recording


@pytest.mark.parametrize(
    "clause",
    [*CONTRACT, *(pytest.param(one, marks=pytest.mark.slow) for one in PATIENT_CONTRACT)],
    ids=lambda one: one.__name__,
)
def test_through_pcscd(clause, pcsc: PrivatePcscd) -> None:
    slot = PcscSlot("pcsc://", time.monotonic)
    try:
        clause(SlotRig(slot, time.monotonic, time.sleep, pcsc.insert, pcsc.remove))
    finally:
        slot.close()


@pytest.mark.parametrize("name", READS)
def test_the_recordings_of_the_vectors(name: str) -> None:
    """Our own commands must be the recorded ones, in their order; D22 knows no reading by tag."""
    clock = SlotTime()
    recording = [(asked, bytes.fromhex(answer)) for asked, answer in ALL[name]["apdu_log"]]
    slot = ReplaySlot(recording, clock, unknown=bytes.fromhex("6A86"))
    rig = SlotRig(slot, clock.monotonic, clock.sleep, lambda _card: None, lambda: None)
    assert rig.read(rig.reader()) == expected(name)
    assert not slot.recording
