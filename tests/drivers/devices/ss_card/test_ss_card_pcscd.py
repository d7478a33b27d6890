"""A reader outlives what happens to the real pcscd: restart, crash, stop, another program."""

from __future__ import annotations

import threading
import time

import pytest

from drivers.transports.pcsc_slot import PcscSlot
from kiosk.failures import Failure
from kiosk.ports import PinVerdict
from tests.drivers.devices.ss_card.ss_card_contract import SlotRig, card, expected
from tests.drivers.pcsc_client import PcscClient
from tests.drivers.pcscd import PrivatePcscd


@pytest.fixture
def rig(pcsc: PrivatePcscd):
    slot = PcscSlot("pcsc://", time.monotonic)
    yield SlotRig(slot, time.monotonic, time.sleep, pcsc.insert, pcsc.remove)
    slot.close()


@pytest.mark.parametrize("end", ["restart", pytest.param("crash", marks=pytest.mark.slow)])
def test_a_new_pcscd_is_found_again(rig: SlotRig, pcsc: PrivatePcscd, end: str) -> None:
    reader = rig.reader()
    pcsc.insert(card("D21"))
    assert rig.read(reader) == expected("D21")
    getattr(pcsc, end)()
    pcsc.start()
    # Nobody was looking: it may be another card.
    assert reader.verify_pin(bytearray(b"123450")).failure in {
        Failure.PCSC_STOPPED, Failure.SS_CARD_SWAPPED, Failure.SS_CARD_MOVED,
    }  # fmt: skip
    with PcscClient() as other:  # a new one calls the slot empty until it has found the card again
        other.wait_for(pcsc.reader_name, 0x20)
    assert not reader.wait_removed(rig.patience(1.0)), "the card was in there all the time"
    pcsc.insert(card("D22"))
    assert reader.wait_removed(rig.patience())
    assert rig.read(reader) == expected("D22")
    reader.close()


def test_a_restart_while_somebody_waits(rig: SlotRig, pcsc: PrivatePcscd) -> None:
    reader = rig.reader(outage=20.0)
    found = []
    waiting = threading.Thread(target=lambda: found.append(rig.read(reader)))
    waiting.start()
    pcsc.restart()
    pcsc.insert(card("D21"))
    waiting.join(30.0)
    assert found == [expected("D21")]
    reader.close()


def test_a_stopped_pcscd_is_named(rig: SlotRig, pcsc: PrivatePcscd) -> None:
    reader = rig.reader(outage=0.3)
    assert reader.check() is None
    pcsc.stop()
    assert rig.read(reader) is Failure.PCSC_STOPPED
    assert reader.check() is Failure.PCSC_STOPPED
    assert reader.verify_pin(bytearray(b"123450")) == PinVerdict(Failure.PCSC_STOPPED)
    pcsc.start()
    assert reader.check() is None
    reader.close()


def test_another_program_holds_the_card(rig: SlotRig, pcsc: PrivatePcscd) -> None:
    reader = rig.reader(outage=0.3)
    pcsc.insert(card("D21"))
    with PcscClient() as other:
        other.wait_for(pcsc.reader_name, 0x20)
        other.connect(pcsc.reader_name)
        assert rig.read(reader) is Failure.READER_BUSY
        other.disconnect()
    assert rig.read(reader) == expected("D21")
    reader.close()


def test_each_slot_has_its_own_card(rig: SlotRig, pcsc: PrivatePcscd) -> None:
    pcsc.insert(card("D21"))
    pcsc.insert(card("D22"), 1)
    slot = PcscSlot(f"pcsc://{pcsc.other_reader_name}", time.monotonic)
    other = SlotRig(slot, time.monotonic, time.sleep, pcsc.insert, pcsc.remove)
    reader, other_reader = rig.reader(), other.reader()
    assert other.read(other_reader) == expected("D22")
    assert rig.read(reader) == expected("D21")
    reader.close()
    other_reader.close()
