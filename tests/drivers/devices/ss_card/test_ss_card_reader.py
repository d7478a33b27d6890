"""The reader of social security cards does what each failure asks for (cards.md §5)."""

from __future__ import annotations

import logging
import traceback
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.simulated.cards.ss_card import SimulatedSsCard, SsCardFault
from drivers.simulated.cards.ss_card_image import LeRule
from drivers.transports.pcsc import CardLost, CardTrouble
from kiosk.failures import Failure
from kiosk.people.ss_card import SsCard
from kiosk.ports import CardChallenge, CardCryptograms
from tests.drivers.devices.ss_card.ss_card_contract import (
    PIN_CARD,
    CentreKeys,
    card,
    expected,
    image,
)
from tests.drivers.devices.ss_card.ss_card_desk import WAYS, Flickering, SsCardDesk, desk, without
from tests.drivers.vectors import ALL

__all__ = ["desk"]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("answers_61", [True, False])
@pytest.mark.parametrize("le_rule", LeRule)
def test_every_kind_of_chip_is_read(
    desk: SsCardDesk, way: str, answers_61: bool, le_rule: LeRule
) -> None:
    habits = {one: one == way for one in WAYS}
    made = image("D21").with_habits(**habits, answers_61=answers_61, le_rule=le_rule)
    desk.slot.insert(SimulatedSsCard(made))
    assert desk.read() == expected("D21")


def test_the_way_is_learned_once(desk: SsCardDesk) -> None:
    only_numbers = image("D21").with_habits(by_id=False, by_sfi=False)
    desk.slot.insert(SimulatedSsCard(only_numbers))
    assert desk.read() == expected("D21")
    reads = [one for one in desk.said if one.startswith("00B2")]
    assert len(reads) == 14 + 1, "one vain try, then the way that was understood"


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("renumbered", [False, True])
def test_a_1_00_card_has_no_name_extension(desk: SsCardDesk, way: str, renumbered: bool) -> None:
    made = image("D21").with_habits(**{one: one == way for one in WAYS})
    desk.slot.insert(SimulatedSsCard(without(made, 0x4E, renumbered=renumbered)))
    assert desk.read() == expected("D21")


def test_other_missing_items_are_named(desk: SsCardDesk) -> None:
    desk.slot.insert(SimulatedSsCard(without(image("D21"), 0x0A, 0x07)))
    found = desk.read()
    assert isinstance(found, SsCard)
    assert found.denied == ("EF05/07:6A83", "EF06/0A:6A83")
    assert (found.sex, found.card_number, found.ssn) == ("", "", expected("D21").ssn)


@pytest.mark.parametrize("trouble", [CardTrouble.MUTE, CardTrouble.GONE, CardTrouble.RESET])
def test_a_card_that_does_not_answer_is_to_be_seated_then_turned(desk: SsCardDesk, trouble) -> None:
    told = []
    for _ in range(4):
        desk.slot.refusals = [trouble, trouble]
        desk.slot.insert(card("D21"))
        told.append(desk.read())
        desk.slot.remove()
    turn = [Failure.SS_CARD_TURN, Failure.SS_CARD_TURN]
    assert told == [Failure.SS_CARD_NOT_SEATED, Failure.SS_CARD_NOT_SEATED, *turn]
    desk.slot.insert(card("D21"))
    assert desk.read() == expected("D21")
    desk.slot.mute = True
    desk.slot.remove()
    desk.slot.insert(card("D21"))
    assert desk.read() is Failure.SS_CARD_NOT_SEATED, "a card that was read begins the count anew"


def test_a_card_that_another_program_has_reset_is_read_again(desk: SsCardDesk) -> None:
    desk.slot.insert(card("D21"))
    desk.slot.refusals = [CardTrouble.RESET]
    assert desk.read() == expected("D21")


@pytest.mark.parametrize("at", [1, 2, 5, 15])
def test_a_reset_while_it_is_read(desk: SsCardDesk, at: int) -> None:
    for times, outcome in ((1, expected("D21")), (2, Failure.SS_CARD_MOVED)):
        desk.slot.insert(card("D21"))
        reader = replace(desk.rig, slot=Flickering(desk.slot, at, times)).reader()
        assert desk.rig.read(reader) == outcome
        desk.slot.remove()


@pytest.mark.parametrize(
    ("status", "failure"),
    [
        (0x6283, Failure.SS_CARD_LOCKED),
        (0x6A81, Failure.SS_CARD_LOCKED),
        (0x9303, Failure.SS_CARD_LOCKED),
        (0x6A82, Failure.SS_CARD_OTHER),
        (0x6D00, Failure.SS_CARD_OTHER),
        (0x6E00, Failure.SS_CARD_OTHER),
        (0x6F00, Failure.SS_CARD_OTHER),
        (0x6C00, Failure.SS_CARD_DAMAGED),
    ],
)
def test_what_selection_may_answer(desk: SsCardDesk, status: int, failure: Failure) -> None:
    made = card("D21")
    for number in range(40):
        made.fault(SsCardFault.STATUS, after=number, status=status)
    desk.slot.insert(made)
    assert desk.read() is failure


def test_a_card_that_shows_nothing_is_damaged(desk: SsCardDesk) -> None:
    made = SimulatedSsCard(image("D21"))
    for number in range(2, 300):
        made.fault(SsCardFault.STATUS, after=number, status=0x6985)
    desk.slot.insert(made)
    assert desk.read() is Failure.SS_CARD_DAMAGED


@pytest.mark.parametrize("status", [0x6281, 0x6983, 0x6985, 0x6A81, 0x6F00])
def test_one_bad_answer_costs_no_more_than_its_item(desk: SsCardDesk, status: int) -> None:
    made = card("D21")
    made.fault(SsCardFault.STATUS, after=4, status=status)
    desk.slot.insert(made)
    found = desk.read()
    assert isinstance(found, SsCard)
    assert replace(found, card_class="3", denied=(), flags=()) == expected("D21")
    assert found.card_class == "3" or found.denied == (f"EF05/02:{status:04X}",)


class Odd:
    """A centre whose answer the card refuses."""

    def answer(self, challenge: CardChallenge) -> CardCryptograms:
        assert len(challenge.random) == 8
        return CardCryptograms(bytes(16))


def test_a_card_refuses_a_wrong_cryptogram_once() -> None:
    desk = SsCardDesk(Odd())
    desk.slot.insert(card("D23"))
    found = desk.read()
    assert isinstance(found, SsCard)
    assert found.denied == expected("D23").denied
    assert [flag.split(":")[0] for flag in found.flags] == ["authentication"]
    assert [one[:4] for one in desk.said].count("0082") == 1


def test_a_card_without_challenge_stays_partial() -> None:
    desk = SsCardDesk(CentreKeys())
    made = card("D23")
    made.fault(SsCardFault.STATUS, after=18, status=0x6D00)
    desk.slot.insert(made)
    found = desk.read()
    assert isinstance(found, SsCard)
    assert found.flags == ("authentication:6D00",)


def test_a_2_00_card_is_not_authenticated() -> None:
    centre = CentreKeys()
    desk = SsCardDesk(centre)
    desk.slot.insert(card("D21"))
    assert desk.read() == expected("D21")
    assert not centre.challenges


def test_doubts_are_flagged_and_nothing_is_refused(desk: SsCardDesk) -> None:
    made = image("D21")
    records = {
        ef: tuple(
            replace(one, value=b"2") if one.tag == 0x0A else
            replace(one, value=b"\xb2\xff" + bytes(28)) if one.tag == 0x09 else one
            for one in items
        )
        for ef, items in made.records.items()
    }  # fmt: skip
    desk.slot.insert(SimulatedSsCard(replace(made, records=records)))
    found = desk.read()
    assert isinstance(found, SsCard)
    assert found.flags == ("name_uncertain", "sex_differs")


@given(st.lists(st.binary(max_size=40), min_size=1, max_size=60))
def test_any_answers_end_in_a_value(answers: list[bytes]) -> None:
    desk = SsCardDesk(CentreKeys())

    class Babbling:
        def __init__(self) -> None:
            self.told = iter(answers * 60)

        def connect(self, deadline: float):
            return self

        def __getattr__(self, name: str):
            return getattr(desk.slot, name)

        t0 = True

        def transmit(self, apdu, deadline) -> bytes:
            return next(self.told, b"\x6a\x83")

        def close(self) -> None:
            pass

    desk.slot.insert(card("D21"))
    reader = replace(desk.rig, slot=Babbling()).reader(CentreKeys())
    assert isinstance(desk.rig.read(reader), (SsCard, Failure))


SECRETS = ["341600196307079139", "Z00000048", "密码", "123450", "C3DCC2EB", "333431363030"]


def test_nothing_of_a_person_in_logs_tracebacks_and_reprs(desk: SsCardDesk, caplog, capfd) -> None:
    caplog.set_level(logging.DEBUG)
    held = card(PIN_CARD)
    desk.slot.insert(held)
    found = desk.read()
    shown = [repr(found), repr(desk.reader), repr(desk.reader.__dict__)]
    pin = ALL[PIN_CARD]["image"]["pin"].encode()
    shown.append(repr(desk.reader.verify_pin(bytearray(pin))))
    challenge = CardChallenge("341600D1", "3.00", b"C3DCC2EB", ("341600196307079139",))
    shown += [repr(challenge), repr(CardCryptograms(b"C3DCC2EB" * 2))]
    held.fault(SsCardFault.PULLED, after=2)
    try:
        desk.reader._verify(bytearray(pin))
    except CardLost:
        shown.append(traceback.format_exc())
    shown += [caplog.text, *capfd.readouterr()]
    told = "\n".join(shown)
    assert "CardLost" in told
    assert not [secret for secret in SECRETS if secret in told]
