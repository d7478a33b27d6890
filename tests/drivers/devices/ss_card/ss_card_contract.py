"""The contract of every way to a social security card: one suite, run over each of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from drivers.devices.ss_card_reader import SlotSsCardReader, SsReaderTimeouts
from drivers.simulated.cards.ss_card import SimulatedSsCard, SsCardFault
from drivers.simulated.cards.ss_card_image import SsCardImage, from_vector
from drivers.simulated.cards.ss_card_keys import external_response
from drivers.transports.pcsc import CardSlot
from kiosk.failures import Failure
from kiosk.people.ss_card import SsCard
from kiosk.ports import CardChallenge, CardCryptograms, PinVerdict
from tests.drivers.vectors import ALL

TODAY = date(2025, 6, 1)
READS = ("D21", "D22", "D23")
PIN_CARD = "D24"
KEY = 0x0A


@dataclass
class SlotRig:
    """A slot, its clock, and the hands that put cards into it."""

    slot: CardSlot
    monotonic: Callable[[], float]
    sleep: Callable[[float], None]
    insert: Callable[[SimulatedSsCard], None]
    remove: Callable[[], None]

    def reader(self, authenticator: Any = None, **limits: float) -> SlotSsCardReader:
        return SlotSsCardReader(
            self.slot,
            self.monotonic,
            self.sleep,
            lambda: TODAY,
            authenticator,
            replace(SsReaderTimeouts(), **limits),
        )

    def patience(self, seconds: float = 20.0) -> Callable[[], bool]:
        until = self.monotonic() + seconds
        return lambda: self.monotonic() > until

    def read(self, reader: SlotSsCardReader) -> SsCard | Failure | None:
        return reader.read(self.patience())


def image(name: str) -> SsCardImage:
    return from_vector(ALL[name]["image"], ALL[name].get("engine", {}))


def card(name: str, sleep: Callable[[float], object] | None = None) -> SimulatedSsCard:
    return SimulatedSsCard(image(name), random=lambda size: bytes(range(1, size + 1)), sleep=sleep)


def expected(name: str) -> SsCard:
    items = dict(ALL[name]["expect"])
    return SsCard(**{**items, "denied": tuple(items.get("denied", ()))})


class CentreKeys:
    """The central service's key module."""

    def __init__(self, answer: Failure | None = None) -> None:
        self.answer_with = answer
        self.challenges: list[CardChallenge] = []

    def answer(self, challenge: CardChallenge) -> CardCryptograms | Failure:
        self.challenges.append(challenge)
        identifier = bytes.fromhex(challenge.card_identifier)
        return self.answer_with or CardCryptograms(
            external_response(identifier, KEY, challenge.random)
        )


def reads_every_vector(rig: SlotRig) -> None:
    reader = rig.reader()
    for name in READS:
        rig.insert(card(name))
        assert rig.read(reader) == expected(name)
        assert rig.read(reader) == expected(name)
        rig.remove()
        assert reader.wait_removed(rig.patience())
    reader.close()


def the_centre_opens_a_3_00_card(rig: SlotRig) -> None:
    centre = CentreKeys()
    reader = rig.reader(centre)
    rig.insert(card("D23"))
    found = rig.read(reader)
    assert isinstance(found, SsCard)
    assert (found.ssn, found.name, found.card_number) == ("341602195505050001", "受限", "Z0000003X")
    assert (found.denied, found.flags) == ((), ())
    assert [one.spec_version for one in centre.challenges] == ["3.00"]
    reader.close()


def a_silent_centre_leaves_a_useful_part(rig: SlotRig) -> None:
    reader = rig.reader(CentreKeys(Failure.CENTRAL_UNREACHABLE))
    rig.insert(card("D23"))
    found = rig.read(reader)
    assert found == replace(expected("D23"), flags=("authentication:central_unreachable",))
    reader.close()


def another_card_is_named(rig: SlotRig) -> None:
    reader = rig.reader()
    rig.insert(SimulatedSsCard(replace(image("D21"), aid=b"1PAY.SYS.DDF01")))
    assert rig.read(reader) is Failure.SS_CARD_OTHER
    assert reader.read(rig.patience(1.0)) is None, "a card that failed must be taken out first"
    rig.remove()
    rig.insert(card("D21"))
    assert rig.read(reader) == expected("D21")
    reader.close()


def the_pin_is_shown_once(rig: SlotRig) -> None:
    reader = rig.reader()
    held = card(PIN_CARD)
    rig.insert(held)
    assert isinstance(rig.read(reader), SsCard)
    for digits, verdict in (
        (b"111111", PinVerdict(Failure.PIN_WRONG, 2)),
        (b"12345", PinVerdict(Failure.PIN_NOT_SIX_DIGITS)),
        (b"222222", PinVerdict(Failure.PIN_WRONG, 1)),
        (b"123450", PinVerdict(None)),
        (b"333333", PinVerdict(Failure.PIN_WRONG, 2)),
        (b"333333", PinVerdict(Failure.PIN_WRONG, 1)),
        (b"333333", PinVerdict(Failure.PIN_BLOCKED, 0)),
        (b"123450", PinVerdict(Failure.PIN_BLOCKED, 0)),
    ):
        pin = bytearray(digits)
        assert reader.verify_pin(pin) == verdict
        assert not any(pin), "the PIN was not wiped"
    reader.close()


def the_pin_is_for_the_card_that_was_read(rig: SlotRig) -> None:
    reader = rig.reader()
    first, second = card(PIN_CARD), card("D21")
    rig.insert(first)
    assert isinstance(rig.read(reader), SsCard)
    rig.insert(second)
    swapped = reader.verify_pin(bytearray(b"111111")).failure
    # A reader that has not noticed the second card yet sees none.
    assert swapped in {Failure.SS_CARD_SWAPPED, Failure.SS_CARD_MOVED}
    rig.remove()
    assert reader.verify_pin(bytearray(b"111111")) == PinVerdict(Failure.SS_CARD_MOVED)
    assert (first.tries_left, second.tries_left) == (3, 3)
    reader.close()


def a_card_pulled_while_it_is_read(rig: SlotRig) -> None:
    reader = rig.reader()
    pulled = card("D21")
    pulled.fault(SsCardFault.PULLED, after=6)
    rig.insert(pulled)
    assert rig.read(reader) is Failure.SS_CARD_MOVED
    rig.remove()
    rig.insert(card("D22"))
    assert rig.read(reader) == expected("D22")
    reader.close()


def a_swap_is_a_removal(rig: SlotRig) -> None:
    reader = rig.reader()
    rig.insert(card("D21"))
    assert rig.read(reader) == expected("D21")
    assert not reader.wait_removed(rig.patience(0.5))
    rig.insert(card("D22"))
    assert reader.wait_removed(rig.patience())
    assert rig.read(reader) == expected("D22")
    reader.close()


def what_was_left_behind_is_not_read(rig: SlotRig) -> None:
    reader = rig.reader()
    rig.insert(card("D21"))
    assert rig.read(reader) == expected("D21")
    assert not reader.wait_removed(rig.patience(0.5))
    assert rig.read(reader) is Failure.SS_CARD_LEFT
    assert reader.read(rig.patience(1.0)) is None
    rig.remove()
    rig.insert(card("D22"))
    assert rig.read(reader) == expected("D22")
    reader.close()


def a_slow_chip_does_not_hold_us(rig: SlotRig) -> None:
    reader = rig.reader(answer=0.3)
    slow = card("D21", rig.sleep)
    slow.fault(SsCardFault.SLOW, after=4, seconds=1.0)
    rig.insert(slow)
    assert rig.read(reader) is Failure.READER_LOST
    rig.remove()
    rig.insert(card("D22"))
    assert read_after_trouble(rig, reader) == expected("D22")
    reader.close()


def a_hung_chip_is_put_in_again(rig: SlotRig) -> None:
    reader = rig.reader(answer=0.5)
    hung = card("D21")
    hung.fault(SsCardFault.MUTE, after=4)
    rig.insert(hung)
    # Some readers give up on it, some wait for ever.
    assert rig.read(reader) in {Failure.READER_LOST, Failure.SS_CARD_MOVED}
    rig.remove()
    rig.insert(card("D22"))
    assert read_after_trouble(rig, reader) == expected("D22")
    reader.close()


def read_after_trouble(rig: SlotRig, reader: SlotSsCardReader) -> SsCard | Failure | None:
    """Read as often as it says that the reader does not come back yet."""
    patience = rig.patience()
    found: SsCard | Failure | None = Failure.READER_LOST
    while found is Failure.READER_LOST and not patience():
        found = rig.read(reader)
        rig.sleep(0.1)
    return found


def a_cut_answer_is_asked_for_again(rig: SlotRig) -> None:
    reader = rig.reader()
    cut = card("D21")
    cut.fault(SsCardFault.CUT, after=4)
    rig.insert(cut)
    assert rig.read(reader) == expected("D21")
    reader.close()


def an_empty_slot_is_waited_for(rig: SlotRig) -> None:
    reader = rig.reader()
    assert reader.read(rig.patience(0.5)) is None
    assert reader.check() is None
    assert reader.wait_removed(rig.patience())
    reader.close()
    reader.close()


CONTRACT = (
    reads_every_vector,
    the_centre_opens_a_3_00_card,
    the_pin_is_shown_once,
    the_pin_is_for_the_card_that_was_read,
    a_card_pulled_while_it_is_read,
    a_swap_is_a_removal,
    a_slow_chip_does_not_hold_us,
    an_empty_slot_is_waited_for,
)
# Through pcscd these wait for its looks at the card (0.4 s each) more than they show.
PATIENT_CONTRACT = (
    a_silent_centre_leaves_a_useful_part,
    another_card_is_named,
    what_was_left_behind_is_not_read,
    a_hung_chip_is_put_in_again,
    a_cut_answer_is_asked_for_again,
)
WHOLE_CONTRACT = CONTRACT + PATIENT_CONTRACT
