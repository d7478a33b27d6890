"""The PIN: when it is shown to the card, and what a try costs."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.simulated.cards.ss_card import SimulatedSsCard, SsCardFault
from kiosk.failures import Failure
from kiosk.people.ss_card import SsCard
from kiosk.ports import PinVerdict
from tests.drivers.devices.ss_card.ss_card_contract import (
    PIN_CARD,
    CentreKeys,
    card,
    image,
)
from tests.drivers.devices.ss_card.ss_card_desk import Flickering, SsCardDesk, desk

__all__ = ["desk"]


def test_a_reset_card_is_not_shown_the_pin_again(desk: SsCardDesk) -> None:
    held = card(PIN_CARD)
    desk.slot.insert(held)
    flickering = Flickering(desk.slot, 3, 0)
    reader = replace(desk.rig, slot=flickering).reader()
    assert isinstance(desk.rig.read(reader), SsCard)
    flickering.times = 1
    assert reader.verify_pin(bytearray(b"111111")) == PinVerdict(Failure.SS_CARD_MOVED)
    assert held.tries_left == 3


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        (0x9000, PinVerdict(None)),
        (0x63C2, PinVerdict(Failure.PIN_WRONG, 2)),
        (0x63C0, PinVerdict(Failure.PIN_BLOCKED, 0)),
        (0x6983, PinVerdict(Failure.PIN_BLOCKED, 0)),
        (0x6300, PinVerdict(Failure.PIN_WRONG)),
        (0x6A81, PinVerdict(Failure.SS_CARD_LOCKED)),
        (0x6985, PinVerdict(Failure.SS_CARD_DAMAGED)),
        (0x6C03, PinVerdict(Failure.SS_CARD_DAMAGED)),
        (0x6103, PinVerdict(Failure.SS_CARD_DAMAGED)),
    ],
)
def test_what_the_card_may_say_to_a_pin(desk: SsCardDesk, status: int, verdict: PinVerdict) -> None:
    held = card(PIN_CARD)
    desk.slot.insert(held)
    assert isinstance(desk.read(), SsCard)
    held.fault(SsCardFault.STATUS, after=2, status=status)
    assert desk.reader.verify_pin(bytearray(b"123450")) == verdict
    assert [one[:10] for one in desk.said].count("0020000003") == 1, "never sent twice"


def test_no_pin_before_a_card_was_read(desk: SsCardDesk) -> None:
    held = card(PIN_CARD)
    desk.slot.insert(held)
    pin = bytearray(b"111111")
    assert desk.reader.verify_pin(pin) == PinVerdict(Failure.SS_CARD_SWAPPED)
    assert (held.tries_left, bytes(pin)) == (3, bytes(6))


def test_a_pin_for_a_card_that_is_locked_meanwhile(desk: SsCardDesk) -> None:
    held = card(PIN_CARD)
    desk.slot.insert(held)
    assert isinstance(desk.read(), SsCard)
    for number in range(2):
        held.fault(SsCardFault.STATUS, after=number, status=0x6A81)
    assert desk.reader.verify_pin(bytearray(b"123450")) == PinVerdict(Failure.SS_CARD_LOCKED)


@given(
    st.lists(
        st.sampled_from(["read", "check", "removed", "restart", "swap", "cut", "pull", "3.00"])
    )
)
def test_the_pin_counter_never_falls_without_a_typed_pin(steps: list[str]) -> None:
    desk = SsCardDesk(CentreKeys(), outage=0.2)
    held = card(PIN_CARD)
    desk.slot.insert(held)
    for step in steps:
        match step:
            case "read":
                desk.reader.read(desk.rig.patience(1.0))
            case "check":
                desk.reader.check()
            case "removed":
                desk.reader.wait_removed(desk.rig.patience(0.5))
            case "restart":
                desk.slot.restart()
            case "swap":
                desk.slot.remove()
                desk.slot.insert(held)
            case "cut":
                held.fault(SsCardFault.CUT, after=1)
            case "pull":
                held.fault(SsCardFault.PULLED, after=3)
            case "3.00":
                held.fault(SsCardFault.STATUS, after=5, status=0x6982)
        if held.is_pulled:
            desk.slot.remove()
            desk.slot.insert(held)
    assert held.tries_left == 3
    assert not [one for one in desk.said if one.startswith("0020")]


@given(st.binary(max_size=9), st.integers(0, 3))
def test_a_typed_pin_costs_one_try_at_most(typed: bytes, earlier: int) -> None:
    desk = SsCardDesk()
    held = SimulatedSsCard(replace(image(PIN_CARD), pin_left=earlier))
    desk.slot.insert(held)
    assert isinstance(desk.read(), SsCard)
    pin = bytearray(typed)
    verdict = desk.reader.verify_pin(pin)
    assert not any(pin)
    assert held.tries_left >= earlier - 1
    if verdict.failure is Failure.PIN_NOT_SIX_DIGITS:
        assert held.tries_left == earlier


def test_no_pin_after_a_read_that_returned_no_card(desk: SsCardDesk) -> None:
    held = card(PIN_CARD)
    desk.slot.insert(held)
    assert isinstance(desk.read(), SsCard)
    assert desk.reader.read(lambda: True) is None
    assert desk.reader.verify_pin(bytearray(b"111111")) == PinVerdict(Failure.SS_CARD_SWAPPED)
    assert held.tries_left == 3
