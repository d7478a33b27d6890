"""Two readings of a card must agree: an XOR misses two flipped bits in one column."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from random import Random

import pytest

from drivers.devices.chip_reading import ChipReading
from drivers.devices.id_card_reader import CardReader
from drivers.devices.sam_timing import SamTimeouts
from drivers.protocols import id_text, samv
from drivers.protocols.id_text import Flag
from drivers.protocols.samv import SamvCommand, Status
from drivers.simulated.cards.card_chip import CardChip
from drivers.simulated.cards.id_card_reader import IdReaderFault
from drivers.simulated.cards.samv import Samv
from kiosk.failures import Failure
from kiosk.people.identity import CardDoubt, IdCard
from tests.drivers.devices.id_card.id_card_rigs import ReaderInProcess, chip_of
from tests.drivers.devices.in_process import MemoryPort
from tests.drivers.devices.scripted import (
    FOUND,
    NEW_ADDRESS,
    NO_CARD,
    NO_NEW_ADDRESS,
    READ,
    READY,
    SELECTED,
    ScriptedTime,
    ScriptedWire,
    frame,
    verdict,
)

TODAY = date(2026, 11, 23)
BARE = frame("00009001000000" + READ[14:270].hex())  # a reply without a photo
FRAMES = 20_000
CARD = CardChip(READ[14:270], b"")
REFUSED = {Flag.NUMBER_WRONG, Flag.EXPIRED}
SPARE = SamTimeouts(repeated=0.0)
Script = list[tuple[SamvCommand, bytes | str]]


def two_flipped(frame: bytes, chance: Random) -> bytes:
    """Return the frame with one bit flipped in two of the bytes that its checksum covers."""
    spoiled, bit = bytearray(frame), 1 << chance.randrange(8)
    for at in chance.sample(range(len(samv.PREAMBLE), len(frame) - 1), 2):
        spoiled[at] ^= bit
    return bytes(spoiled)


def read(script: Script, today: date = TODAY) -> IdCard | Failure | None:
    wire = ScriptedWire(ScriptedTime(), script)
    time = wire.time
    reader = CardReader(wire.open, time.monotonic, time.sleep, lambda: today, limits=SPARE)
    return reader.read(lambda: not wire.script)


def session(*readings: bytes) -> Script:
    read_once = [(SamvCommand.READ, one) for one in readings]
    address = (SamvCommand.NEW_ADDRESS, NO_NEW_ADDRESS)
    return [(SamvCommand.FIND, FOUND), (SamvCommand.SELECT, SELECTED), *read_once, address]


def said(found: IdCard | Failure | None) -> IdCard | Failure | None:
    """Return what counts: the text of the card."""
    return replace(found, photo=b"") if isinstance(found, IdCard) else found


@dataclass
class Spoiling(MemoryPort):
    """A simulated reader on a line that flips two bits of a column in the next `spoiled` texts."""

    chance: Random = field(default_factory=lambda: Random(18))
    spoiled: int = 0

    def read_some(self, deadline: float) -> bytes:
        heard = super().read_some(deadline)
        if self.spoiled and len(heard) == len(BARE):
            self.spoiled -= 1
            return two_flipped(heard, self.chance)
        return heard


@dataclass
class DriverLine:
    """The driver at one end of it."""

    port: Spoiling = field(default_factory=lambda: Spoiling(ScriptedTime()))

    def __post_init__(self) -> None:
        time = self.port.time
        limits = replace(SPARE, whole_read=0.0, patience=0.0)
        self.driver = CardReader(
            self.port.open, time.monotonic, time.sleep, lambda: TODAY, limits=limits
        )

    def read(self, spoiled: int) -> IdCard | Failure | None:
        """Lay the card down, read it with that many spoiled texts, and take it away."""
        self.port.reader.place_card(CARD)
        self.port.spoiled = spoiled
        found = said(self.driver.read(lambda: False))
        self.port.spoiled = 0
        self.port.reader.lift_card()
        assert self.driver.wait_removed(lambda: False)
        return found


def accepted_wrong(frames: int, right: IdCard, spoiled: int) -> int:
    """Return how many cards with that many spoiled texts are taken for another card."""
    line = DriverLine()
    found = [line.read(spoiled) for _ in range(frames)]
    return sum(isinstance(one, IdCard) and one != right for one in found)


def accepted_wrong_at_once(frames: int, right: IdCard) -> int:
    """Return how many spoiled texts a reader would take that asks for no second one."""
    chance, wrong = Random(18), 0
    for _ in range(frames):
        for body in samv.FrameScanner().feed(two_flipped(BARE, chance)):
            answer = samv.reply(body)
            if answer is None or answer.status is not Status.OK:
                continue
            blocks = samv.split(SamvCommand.READ, answer.data)
            card = id_text.parse(blocks.text) if blocks else None
            if isinstance(card, IdCard) and not REFUSED & set(id_text.flags(card, TODAY)):
                wrong += card != right
    return wrong


@pytest.fixture(scope="module")
def right() -> IdCard:
    found = id_text.parse(READ[14:270])
    assert isinstance(found, IdCard)
    return found


def test_the_checksum_holds_although_two_bits_are_wrong() -> None:
    chance = Random(1)
    spoiled = [two_flipped(READ, chance) for _ in range(200)]
    assert all(samv.checksum(one[len(samv.PREAMBLE) :]) == 0 for one in spoiled)


def test_two_wrong_bits_in_a_column_change_no_card(right: IdCard) -> None:
    frames = 400
    assert accepted_wrong_at_once(frames, right) > frames // 4  # the control
    assert accepted_wrong(frames, right, spoiled=1) == 0


@pytest.mark.slow
def test_none_of_20000_frames_with_two_wrong_bits_in_a_column_is_accepted(right: IdCard) -> None:
    assert accepted_wrong_at_once(FRAMES, right) > FRAMES // 4
    assert accepted_wrong(FRAMES, right, spoiled=1) == 0


def test_readings_that_are_all_spoiled_are_no_card(right: IdCard) -> None:
    assert accepted_wrong(300, right, spoiled=9) == 0


def test_readings_that_never_agree_end_as_a_moved_card() -> None:
    thrice: Script = []
    for _ in range(3):
        thrice += [*session()[:2], *((SamvCommand.READ, named(at)) for at in "甲乙丙")]
    assert read(thrice) is Failure.CARD_MOVED


def named(name: str) -> bytes:
    text = bytearray(READ[14:270])
    text[0:2] = name.encode("utf-16-le")
    return frame("00009001000000" + text.hex())


def test_the_majority_of_three_readings_counts() -> None:
    found = read(session(named("甲"), named("乙"), named("乙")))
    assert isinstance(found, IdCard)
    assert found.name.startswith("乙")


def test_a_newest_address_must_agree_too() -> None:
    other = bytearray(NEW_ADDRESS)
    other[10] ^= 1
    other[12] ^= 1
    for answers, address in (
        ([NEW_ADDRESS, bytes(other), NEW_ADDRESS], "安徽省亳州市示例区新址路９号"),
        ([NEW_ADDRESS, verdict("41")], None),
        ([NEW_ADDRESS, bytes(other), BLANK_ADDRESS], None),
    ):
        script = [*session(BARE, BARE)[:-1], *((SamvCommand.NEW_ADDRESS, one) for one in answers)]
        found = read(script)
        assert isinstance(found, IdCard)
        assert (found.address if address else None) == address
        assert found.doubts == (() if address else (CardDoubt.NEW_ADDRESS,))


BLANK_ADDRESS = frame("000090" + "2000" * 35)


def test_a_reader_that_reads_once_a_selection_is_asked_in_a_fresh_field() -> None:
    time = ScriptedTime()
    port = MemoryPort(time, Samv(reads_once=True))
    reader = CardReader(port.open, time.monotonic, time.sleep, lambda: TODAY, limits=SPARE)
    port.reader.place_card(chip_of("D07"))
    assert isinstance(reader.read(lambda: False), IdCard)
    assert port.requests.count(SamvCommand.READ.value) == 3  # the second one was refused
    assert port.requests.count(SamvCommand.RESET.value) == 1


@pytest.mark.parametrize(
    ("answers", "failure"),
    [
        ([(SamvCommand.FIND, NO_CARD)], Failure.CARD_MOVED),
        ([(SamvCommand.FIND, verdict("66"))], Failure.READER_NOT_LICENSED),
        ([(SamvCommand.FIND, FOUND), (SamvCommand.SELECT, verdict("81"))], Failure.CARD_MOVED),
        (
            [(SamvCommand.FIND, FOUND), (SamvCommand.SELECT, verdict("40"))],
            Failure.CARD_NOT_IDENTITY,
        ),
    ],
)
def test_a_card_that_is_gone_before_the_second_reading_is_moved(
    answers: Script, failure: Failure
) -> None:
    once = [
        *session(BARE)[:3],
        (SamvCommand.READ, verdict("41")),
        (SamvCommand.RESET, READY),
        *answers,
    ]
    wire = ScriptedWire(ScriptedTime(), once)
    limits = replace(SPARE, whole_read=0.0)
    reader = CardReader(
        wire.open, wire.time.monotonic, wire.time.sleep, lambda: TODAY, limits=limits
    )
    if failure is Failure.CARD_MOVED:
        wire.script.append((SamvCommand.FIND, NO_CARD))
    assert reader.read(lambda: False) is failure


@pytest.mark.parametrize("baud", samv.BAUDS)
def test_a_flipped_reading_on_the_simulated_line_is_read_again(baud: int) -> None:
    rig = ReaderInProcess()
    rig.port.samv.baud = baud
    rig.fault(IdReaderFault.FLIPPED)
    rig.place("D07")
    found = rig.driver.read(rig.tired())
    assert isinstance(found, IdCard)
    assert found.name == "测试甲"


def chip(**bytes_at: str) -> CardChip:
    """Return the card D07 with other text at the bytes that are named, as `at_36`."""
    text, card = bytearray(chip_of("D07").text), chip_of("D07")
    for where, value in bytes_at.items():
        raw = value.encode("utf-16-le", "surrogatepass")
        at = int(where.removeprefix("at_"))
        text[at : at + len(raw)] = raw
    return replace(card, text=bytes(text))


@pytest.mark.parametrize(
    ("card", "doubt"),
    [
        (chip(at_0="测\ue863"), CardDoubt.NAME),
        (chip(at_0=" " * 15), CardDoubt.NAME_MISSING),
        (chip(at_52="样\ue000"), CardDoubt.ADDRESS),
        (chip(at_32="57"), CardDoubt.NATION),
        (chip(at_36="19620316"), CardDoubt.BIRTH),
        (chip(at_30="2"), CardDoubt.SEX),
    ],
)
def test_a_doubt_that_two_readings_leave_goes_along_with_the_card(
    card: CardChip, doubt: CardDoubt
) -> None:
    rig = ReaderInProcess()
    rig.port.reader.place_card(card)
    found = rig.driver.read(rig.tired())
    assert isinstance(found, IdCard)
    assert found.doubts == (doubt,)
    assert found.needs_inspection is (doubt is not CardDoubt.NATION)
    reads = [one for one in rig.port.requests if one == SamvCommand.READ.value]
    assert len(reads) == 2


def test_a_foreign_number_of_another_shape_is_refused() -> None:
    text = bytearray(chip_of("D10").text)
    rig = ReaderInProcess()
    rig.port.reader.place_card(CardChip(bytes(text), b""))
    assert isinstance(rig.driver.read(rig.tired()), IdCard)
    rig.lift()
    assert rig.removed()
    text[122:152] = "XAA34160001010?".encode("utf-16-le")
    rig.port.reader.place_card(CardChip(bytes(text), b""))
    found = rig.driver.read_chip(rig.tired())
    assert isinstance(found, ChipReading)
    assert Flag.NUMBER_WRONG in found.flags
    assert found.verdict is Failure.CARD_NUMBER_WRONG
