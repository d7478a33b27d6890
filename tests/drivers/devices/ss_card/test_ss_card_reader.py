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
from drivers.transports.pcsc import CardLost, CardTrouble, SlotTrouble
from kiosk.failures import Failure
from kiosk.people.ss_card import SsCard
from kiosk.ports import CardChallenge, CardCryptograms, PinVerdict
from tests.drivers.devices.ss_card.ss_card_contract import (
    PIN_CARD,
    Centre,
    Rig,
    card,
    expected,
    image,
)
from tests.drivers.devices.ss_card.ss_card_slots import InProcessSlot, RecordedSlot, Recording, Time
from tests.drivers.vectors import ALL


class Desk:
    """A slot in process with its reader."""

    def __init__(self, authenticator=None, **limits: float) -> None:
        self.time = Time()
        self.slot = InProcessSlot(self.time)
        self.recording: Recording = []
        recorded = RecordedSlot(self.slot, self.recording)
        self.rig = Rig(
            recorded, self.time.monotonic, self.time.sleep, self.slot.insert, self.slot.remove
        )
        self.reader = self.rig.reader(authenticator, **limits)

    def read(self):
        return self.rig.read(self.reader)

    @property
    def said(self) -> list[str]:
        return [asked for asked, _ in self.recording if asked not in {"presence", "connect"}]


@pytest.fixture
def desk() -> Desk:
    return Desk()


WAYS = ("by_id", "by_number", "by_sfi")


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("answers_61", [True, False])
@pytest.mark.parametrize("le_rule", LeRule)
def test_every_kind_of_chip_is_read(
    desk: Desk, way: str, answers_61: bool, le_rule: LeRule
) -> None:
    habits = {one: one == way for one in WAYS}
    made = image("D21").with_habits(**habits, answers_61=answers_61, le_rule=le_rule)
    desk.slot.insert(SimulatedSsCard(made))
    assert desk.read() == expected("D21")


def test_the_way_is_learned_once(desk: Desk) -> None:
    only_numbers = image("D21").with_habits(by_id=False, by_sfi=False)
    desk.slot.insert(SimulatedSsCard(only_numbers))
    assert desk.read() == expected("D21")
    reads = [one for one in desk.said if one.startswith("00B2")]
    assert len(reads) == 14 + 1, "one vain try, then the way that was understood"


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


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("renumbered", [False, True])
def test_a_1_00_card_has_no_name_extension(desk: Desk, way: str, renumbered: bool) -> None:
    made = image("D21").with_habits(**{one: one == way for one in WAYS})
    desk.slot.insert(SimulatedSsCard(without(made, 0x4E, renumbered=renumbered)))
    assert desk.read() == expected("D21")


def test_other_missing_items_are_named(desk: Desk) -> None:
    desk.slot.insert(SimulatedSsCard(without(image("D21"), 0x0A, 0x07)))
    found = desk.read()
    assert isinstance(found, SsCard)
    assert found.denied == ("EF05/07:6A83", "EF06/0A:6A83")
    assert (found.sex, found.card_number, found.ssn) == ("", "", expected("D21").ssn)


@pytest.mark.parametrize("trouble", [CardTrouble.MUTE, CardTrouble.GONE, CardTrouble.RESET])
def test_a_card_that_does_not_answer_is_to_be_seated_then_turned(desk: Desk, trouble) -> None:
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


def test_a_card_that_another_program_has_reset_is_read_again(desk: Desk) -> None:
    desk.slot.insert(card("D21"))
    desk.slot.refusals = [CardTrouble.RESET]
    assert desk.read() == expected("D21")


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


@pytest.mark.parametrize("at", [1, 2, 5, 15])
def test_a_reset_while_it_is_read(desk: Desk, at: int) -> None:
    for times, outcome in ((1, expected("D21")), (2, Failure.SS_CARD_MOVED)):
        desk.slot.insert(card("D21"))
        reader = replace(desk.rig, slot=Flickering(desk.slot, at, times)).reader()
        assert desk.rig.read(reader) == outcome
        desk.slot.remove()


def test_a_reset_card_is_not_shown_the_pin_again(desk: Desk) -> None:
    held = card(PIN_CARD)
    desk.slot.insert(held)
    flickering = Flickering(desk.slot, 3, 0)
    reader = replace(desk.rig, slot=flickering).reader()
    assert isinstance(desk.rig.read(reader), SsCard)
    flickering.times = 1
    assert reader.verify_pin(bytearray(b"111111")) == PinVerdict(Failure.SS_CARD_MOVED)
    assert held.tries_left == 3


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
def test_what_selection_may_answer(desk: Desk, status: int, failure: Failure) -> None:
    made = card("D21")
    for number in range(40):
        made.fault(SsCardFault.STATUS, after=number, status=status)
    desk.slot.insert(made)
    assert desk.read() is failure


def test_a_card_that_shows_nothing_is_damaged(desk: Desk) -> None:
    made = SimulatedSsCard(image("D21"))
    for number in range(2, 300):
        made.fault(SsCardFault.STATUS, after=number, status=0x6985)
    desk.slot.insert(made)
    assert desk.read() is Failure.SS_CARD_DAMAGED


@pytest.mark.parametrize("status", [0x6281, 0x6983, 0x6985, 0x6A81, 0x6F00])
def test_one_bad_answer_costs_no_more_than_its_item(desk: Desk, status: int) -> None:
    made = card("D21")
    made.fault(SsCardFault.STATUS, after=4, status=status)
    desk.slot.insert(made)
    found = desk.read()
    assert isinstance(found, SsCard)
    assert replace(found, card_class="3", denied=(), flags=()) == expected("D21")
    assert found.card_class == "3" or found.denied == (f"EF05/02:{status:04X}",)


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
def test_what_the_card_may_say_to_a_pin(desk: Desk, status: int, verdict: PinVerdict) -> None:
    held = card(PIN_CARD)
    desk.slot.insert(held)
    assert isinstance(desk.read(), SsCard)
    held.fault(SsCardFault.STATUS, after=2, status=status)
    assert desk.reader.verify_pin(bytearray(b"123450")) == verdict
    assert [one[:10] for one in desk.said].count("0020000003") == 1, "never sent twice"


def test_no_pin_before_a_card_was_read(desk: Desk) -> None:
    held = card(PIN_CARD)
    desk.slot.insert(held)
    pin = bytearray(b"111111")
    assert desk.reader.verify_pin(pin) == PinVerdict(Failure.SS_CARD_SWAPPED)
    assert (held.tries_left, bytes(pin)) == (3, bytes(6))


def test_a_pin_for_a_card_that_is_locked_meanwhile(desk: Desk) -> None:
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
    desk = Desk(Centre(), outage=0.2)
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
    desk = Desk()
    held = SimulatedSsCard(replace(image(PIN_CARD), pin_left=earlier))
    desk.slot.insert(held)
    assert isinstance(desk.read(), SsCard)
    pin = bytearray(typed)
    verdict = desk.reader.verify_pin(pin)
    assert not any(pin)
    assert held.tries_left >= earlier - 1
    if verdict.failure is Failure.PIN_NOT_SIX_DIGITS:
        assert held.tries_left == earlier


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
def test_every_trouble_of_the_slot_has_its_words(desk: Desk, trouble: SlotTrouble) -> None:
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
def test_a_short_outage_is_not_told(desk: Desk, trouble: SlotTrouble) -> None:
    def lose() -> None:
        desk.slot.trouble = trouble

    def come_back() -> None:
        desk.slot.trouble = None
        desk.slot.insert(card("D21"))

    desk.slot.script = [lambda: None, lose, lambda: None, come_back]
    assert desk.read() == expected("D21")


def test_an_unplugged_reader_is_told_at_once(desk: Desk) -> None:
    assert desk.reader.read(desk.rig.patience(1.0)) is None
    desk.slot.trouble = SlotTrouble.READER_GONE
    pulled = desk.time.now
    assert desk.read() is Failure.READER_LOST
    assert desk.time.now - pulled < 2 * desk.reader._limits.poll


def test_what_lies_at_the_slot(desk: Desk) -> None:
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


def test_a_slot_lost_while_it_is_read(desk: Desk) -> None:
    made = card("D21", desk.time.sleep)
    made.fault(SsCardFault.SLOW, after=7, seconds=9.0)
    desk.slot.insert(made)
    assert desk.read() is Failure.READER_LOST
    assert desk.slot.held == 0


def test_after_an_outage_the_old_card_must_still_go(desk: Desk) -> None:
    desk.slot.insert(card("D21"))
    assert desk.read() == expected("D21")
    desk.slot.restart()
    assert not desk.reader.wait_removed(desk.rig.patience(1.0))
    assert desk.read() is Failure.SS_CARD_LEFT
    desk.slot.remove()
    assert desk.reader.wait_removed(desk.rig.patience(1.0))


def test_a_reader_pulled_while_a_card_is_to_be_taken_out(desk: Desk) -> None:
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


def test_a_card_that_failed_must_go_before_the_next_person(desk: Desk) -> None:
    desk.slot.insert(SimulatedSsCard(replace(image("D21"), aid=b"1PAY.SYS.DDF01")))
    assert desk.read() is Failure.SS_CARD_OTHER
    assert not desk.reader.wait_removed(desk.rig.patience(1.0))
    assert desk.read() is Failure.SS_CARD_LEFT
    desk.slot.remove()
    assert desk.reader.wait_removed(desk.rig.patience(1.0))
    desk.slot.insert(card("D22"))
    assert desk.read() == expected("D22")


def test_a_card_that_came_during_an_outage_is_told_of_not_ignored(desk: Desk) -> None:
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


def test_a_card_taken_out_while_nobody_reads_is_forgotten(desk: Desk) -> None:
    left_behind(desk)
    desk.slot.remove()
    assert desk.reader.check() is None  # as a heartbeat does
    desk.slot.restart()
    desk.slot.insert(card("D22"))
    assert desk.read() == expected("D22")


def left_behind(desk: Desk, name: str = "D21") -> SimulatedSsCard:
    held = card(name)
    desk.slot.insert(held)
    assert isinstance(desk.read(), SsCard)
    assert not desk.reader.wait_removed(desk.rig.patience(1.0))
    return held


def test_an_outage_after_the_wait_hides_no_old_card(desk: Desk) -> None:
    left_behind(desk)
    desk.slot.restart()
    assert desk.read() is Failure.SS_CARD_LEFT
    desk.slot.restart()
    assert desk.read() is Failure.SS_CARD_LEFT
    assert desk.reader.read(desk.rig.patience(1.0)) is None
    desk.slot.remove()
    desk.slot.insert(card("D22"))
    assert desk.read() == expected("D22")


def test_a_service_that_finds_the_old_card_late(desk: Desk) -> None:
    held = left_behind(desk)
    desk.slot.remove()
    desk.slot.restart()
    desk.slot.script = [lambda: None, lambda: desk.slot.insert(held)]
    assert desk.read() is Failure.SS_CARD_LEFT


def test_a_card_taken_out_during_the_outage_is_forgotten(desk: Desk) -> None:
    left_behind(desk)
    desk.slot.remove()
    desk.slot.restart()
    assert desk.reader.read(desk.rig.patience(1.0)) is None
    desk.slot.insert(card("D22"))
    assert desk.read() == expected("D22")


def test_a_failed_card_after_one_that_was_left_is_not_called_left(desk: Desk) -> None:
    left_behind(desk)
    desk.slot.remove()
    assert desk.reader.read(desk.rig.patience(1.0)) is None
    desk.slot.insert(SimulatedSsCard(replace(image("D21"), aid=b"1PAY.SYS.DDF01")))
    assert desk.read() is Failure.SS_CARD_OTHER
    assert desk.reader.read(desk.rig.patience(1.0)) is None


@pytest.mark.parametrize("restarts", [0, 1])
def test_no_pin_for_a_card_that_was_left_behind(desk: Desk, restarts: int) -> None:
    held = left_behind(desk, PIN_CARD)
    for _ in range(restarts):
        desk.slot.restart()
        assert not desk.reader.wait_removed(desk.rig.patience(1.0))
    pin = bytearray(b"111111")
    assert desk.reader.verify_pin(pin) == PinVerdict(Failure.SS_CARD_SWAPPED)
    assert (held.tries_left, bytes(pin)) == (3, bytes(6))


def test_no_pin_after_a_read_that_returned_no_card(desk: Desk) -> None:
    held = card(PIN_CARD)
    desk.slot.insert(held)
    assert isinstance(desk.read(), SsCard)
    assert desk.reader.read(lambda: True) is None
    assert desk.reader.verify_pin(bytearray(b"111111")) == PinVerdict(Failure.SS_CARD_SWAPPED)
    assert held.tries_left == 3


class Odd:
    """A centre whose answer the card refuses."""

    def answer(self, challenge: CardChallenge) -> CardCryptograms:
        assert len(challenge.random) == 8
        return CardCryptograms(bytes(16))


def test_a_card_refuses_a_wrong_cryptogram_once() -> None:
    desk = Desk(Odd())
    desk.slot.insert(card("D23"))
    found = desk.read()
    assert isinstance(found, SsCard)
    assert found.denied == expected("D23").denied
    assert [flag.split(":")[0] for flag in found.flags] == ["authentication"]
    assert [one[:4] for one in desk.said].count("0082") == 1


def test_a_card_without_challenge_stays_partial() -> None:
    desk = Desk(Centre())
    made = card("D23")
    made.fault(SsCardFault.STATUS, after=18, status=0x6D00)
    desk.slot.insert(made)
    found = desk.read()
    assert isinstance(found, SsCard)
    assert found.flags == ("authentication:6D00",)


def test_a_2_00_card_is_not_authenticated() -> None:
    centre = Centre()
    desk = Desk(centre)
    desk.slot.insert(card("D21"))
    assert desk.read() == expected("D21")
    assert not centre.challenges


def test_doubts_are_flagged_and_nothing_is_refused(desk: Desk) -> None:
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
    desk = Desk(Centre())

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
    reader = replace(desk.rig, slot=Babbling()).reader(Centre())
    assert isinstance(desk.rig.read(reader), (SsCard, Failure))


SECRETS = ["341600196307079139", "Z00000048", "密码", "123450", "C3DCC2EB", "333431363030"]


def test_nothing_of_a_person_in_logs_tracebacks_and_reprs(desk: Desk, caplog, capfd) -> None:
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
