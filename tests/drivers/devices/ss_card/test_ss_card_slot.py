"""Failures of the slot, outages, and cards that were left behind."""

from __future__ import annotations

from dataclasses import replace

import pytest

from drivers.simulated.cards.ss_card import SimulatedSsCard, SsCardFault
from drivers.transports.pcsc import SlotTrouble
from kiosk.failures import Failure
from kiosk.ports import PinVerdict
from tests.drivers.devices.ss_card.ss_card_contract import (
    PIN_CARD,
    card,
    expected,
    image,
)
from tests.drivers.devices.ss_card.ss_card_desk import SsCardDesk, desk, left_behind

__all__ = ["desk"]


SLOT_FAILURES = {
    SlotTrouble.LIBRARY_MISSING: Failure.PCSC_MISSING,
    SlotTrouble.SERVICE_STOPPED: Failure.PCSC_STOPPED,
    SlotTrouble.FORBIDDEN: Failure.READER_FORBIDDEN,
    SlotTrouble.READER_ABSENT: Failure.READER_LOST,
    SlotTrouble.READER_GONE: Failure.READER_LOST,
    SlotTrouble.BUSY: Failure.READER_BUSY,
    SlotTrouble.STUCK: Failure.READER_LOST,
}


@pytest.mark.parametrize("trouble", SlotTrouble)
def test_every_trouble_of_the_slot_has_its_words(desk: SsCardDesk, trouble: SlotTrouble) -> None:
    desk.slot.insert(card("D21"))
    desk.slot.trouble = trouble
    began = desk.time.now
    assert desk.read() is SLOT_FAILURES[trouble]
    assert desk.time.now - began < 4.0
    assert desk.reader.check() is SLOT_FAILURES[trouble]
    assert desk.reader.verify_pin(bytearray(6)) == PinVerdict(SLOT_FAILURES[trouble])
    assert not desk.reader.wait_removed(desk.rig.patience(1.0))
    desk.slot.trouble = None
    assert desk.read() == expected("D21")


@pytest.mark.parametrize("trouble", [SlotTrouble.SERVICE_STOPPED, SlotTrouble.READER_ABSENT])
def test_a_short_outage_is_not_told(desk: SsCardDesk, trouble: SlotTrouble) -> None:
    def lose() -> None:
        desk.slot.trouble = trouble

    def come_back() -> None:
        desk.slot.trouble = None
        desk.slot.insert(card("D21"))

    desk.slot.script = [lambda: None, lose, lambda: None, come_back]
    assert desk.read() == expected("D21")


def test_an_unplugged_reader_is_told_at_once(desk: SsCardDesk) -> None:
    assert desk.reader.read(desk.rig.patience(1.0)) is None
    desk.slot.trouble = SlotTrouble.READER_GONE
    pulled = desk.time.now
    assert desk.read() is Failure.READER_LOST
    assert desk.time.now - pulled < 2 * desk.reader._limits.poll


def test_what_lies_at_the_slot(desk: SsCardDesk) -> None:
    before = desk.reader.where()
    desk.slot.name = "Example Reader 01 00"
    assert desk.reader.where() not in ("", before)
    assert desk.reader.pulse()
    for trouble in (SlotTrouble.READER_GONE, SlotTrouble.READER_ABSENT, SlotTrouble.STUCK):
        desk.slot.trouble = trouble
        assert desk.reader.where() == ""
        assert not desk.reader.pulse()
    # The service itself is the trouble: it must be asked, so that its failure is told.
    for trouble in (SlotTrouble.SERVICE_STOPPED, SlotTrouble.FORBIDDEN):
        desk.slot.trouble = trouble
        assert desk.reader.where() == trouble


def test_a_slot_lost_while_it_is_read(desk: SsCardDesk) -> None:
    made = card("D21", desk.time.sleep)
    made.fault(SsCardFault.SLOW, after=7, seconds=9.0)
    desk.slot.insert(made)
    assert desk.read() is Failure.READER_LOST
    assert desk.slot.held == 0


def test_after_an_outage_the_old_card_must_still_go(desk: SsCardDesk) -> None:
    desk.slot.insert(card("D21"))
    assert desk.read() == expected("D21")
    desk.slot.restart()
    assert not desk.reader.wait_removed(desk.rig.patience(1.0))
    assert desk.read() is Failure.SS_CARD_LEFT
    desk.slot.remove()
    assert desk.reader.wait_removed(desk.rig.patience(1.0))


def test_a_reader_pulled_while_a_card_is_to_be_taken_out(desk: SsCardDesk) -> None:
    desk.slot.insert(card("D21"))
    assert desk.read() == expected("D21")

    def pull() -> None:
        desk.slot.trouble = SlotTrouble.READER_GONE

    desk.slot.script = [lambda: None, pull]
    assert desk.reader.wait_lifted(desk.rig.patience()) is Failure.READER_LOST
    desk.slot.trouble = None
    desk.slot.restart()  # plugged again, with the card still in it
    assert desk.read() is Failure.SS_CARD_LEFT
    assert not desk.reader.wait_lifted(desk.rig.patience(1.0))
    desk.slot.remove()
    assert desk.reader.wait_lifted(desk.rig.patience(1.0))
    desk.slot.insert(card("D22"))
    assert desk.read() == expected("D22"), "the next card was taken for the one left behind"


def test_a_card_that_failed_must_go_before_the_next_person(desk: SsCardDesk) -> None:
    desk.slot.insert(SimulatedSsCard(replace(image("D21"), aid=b"1PAY.SYS.DDF01")))
    assert desk.read() is Failure.SS_CARD_OTHER
    assert not desk.reader.wait_removed(desk.rig.patience(1.0))
    assert desk.read() is Failure.SS_CARD_LEFT
    desk.slot.remove()
    assert desk.reader.wait_removed(desk.rig.patience(1.0))
    desk.slot.insert(card("D22"))
    assert desk.read() == expected("D22")


def test_a_card_that_came_during_an_outage_is_told_of_not_ignored(desk: SsCardDesk) -> None:
    """It may be the card of the person before, so it is not read; and nobody may wait in vain."""
    left_behind(desk)
    assert desk.read() is Failure.SS_CARD_LEFT
    desk.slot.remove()
    desk.slot.restart()
    desk.slot.insert(card("D22"))
    assert desk.read() is Failure.SS_CARD_LEFT
    desk.slot.remove()
    desk.slot.insert(card("D22"))
    assert desk.read() == expected("D22")


def test_a_card_taken_out_while_nobody_reads_is_forgotten(desk: SsCardDesk) -> None:
    left_behind(desk)
    desk.slot.remove()
    assert desk.reader.check() is None  # as a heartbeat does
    desk.slot.restart()
    desk.slot.insert(card("D22"))
    assert desk.read() == expected("D22")


def test_an_outage_after_the_wait_hides_no_old_card(desk: SsCardDesk) -> None:
    left_behind(desk)
    desk.slot.restart()
    assert desk.read() is Failure.SS_CARD_LEFT
    desk.slot.restart()
    assert desk.read() is Failure.SS_CARD_LEFT
    assert desk.reader.read(desk.rig.patience(1.0)) is None
    desk.slot.remove()
    desk.slot.insert(card("D22"))
    assert desk.read() == expected("D22")


def test_a_service_that_finds_the_old_card_late(desk: SsCardDesk) -> None:
    held = left_behind(desk)
    desk.slot.remove()
    desk.slot.restart()
    desk.slot.script = [lambda: None, lambda: desk.slot.insert(held)]
    assert desk.read() is Failure.SS_CARD_LEFT


def test_a_card_taken_out_during_the_outage_is_forgotten(desk: SsCardDesk) -> None:
    left_behind(desk)
    desk.slot.remove()
    desk.slot.restart()
    assert desk.reader.read(desk.rig.patience(1.0)) is None
    desk.slot.insert(card("D22"))
    assert desk.read() == expected("D22")


def test_a_failed_card_after_one_that_was_left_is_not_called_left(desk: SsCardDesk) -> None:
    left_behind(desk)
    desk.slot.remove()
    assert desk.reader.read(desk.rig.patience(1.0)) is None
    desk.slot.insert(SimulatedSsCard(replace(image("D21"), aid=b"1PAY.SYS.DDF01")))
    assert desk.read() is Failure.SS_CARD_OTHER
    assert desk.reader.read(desk.rig.patience(1.0)) is None


@pytest.mark.parametrize("restarts", [0, 1])
def test_no_pin_for_a_card_that_was_left_behind(desk: SsCardDesk, restarts: int) -> None:
    held = left_behind(desk, PIN_CARD)
    for _ in range(restarts):
        desk.slot.restart()
        assert not desk.reader.wait_removed(desk.rig.patience(1.0))
    pin = bytearray(b"111111")
    assert desk.reader.verify_pin(pin) == PinVerdict(Failure.SS_CARD_SWAPPED)
    assert (held.tries_left, bytes(pin)) == (3, bytes(6))
