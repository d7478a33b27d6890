"""The reader reads, retries silently, tells failures apart, and comes back after a loss."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256

import pytest

from drivers.devices.chip_reading import ChipReading
from drivers.devices.id_card_reader import CardReader, ReadOptions
from drivers.devices.sam_timing import SamTimeouts
from drivers.protocols.id_text import Flag
from drivers.protocols.samv import SamvCommand
from drivers.transports.transport import Loss
from kiosk.failures import Failure
from kiosk.people.identity import IdCard
from tests.drivers.devices.scripted import (
    FOUND,
    LOST,
    NEW_ADDRESS,
    NO_CARD,
    NO_NEW_ADDRESS,
    READ,
    READY,
    SAM_ID,
    SELECTED,
    SILENT,
    Time,
    Wire,
    frame,
    until_empty,
    vector,
    verdict,
)

TODAY = date(2026, 11, 23)
FIND, SELECT = SamvCommand.FIND, SamvCommand.SELECT
FINDS = (FIND, FOUND)
EMPTY = (FIND, NO_CARD)
SELECTS = (SELECT, SELECTED)
READS = (SamvCommand.READ, READ)
RESETS = (SamvCommand.RESET, READY)
NOT_MOVED = (SamvCommand.NEW_ADDRESS, NO_NEW_ADDRESS)
GOOD: tuple[tuple[SamvCommand, bytes | str], ...] = (FINDS, SELECTS, READS, READS, NOT_MOVED)
BLANK = frame("000090 0100 0000" + "2000" * 128)
FILLED = frame("000090 0100 0000" + "51" * 256)
LIFTED = (EMPTY, RESETS, EMPTY, EMPTY)


def scripted(*script: tuple[SamvCommand, bytes | str]) -> tuple[CardReader, Wire, Time]:
    time = Time()
    wire = Wire(time, list(script))
    return reader_on(wire), wire, time


def reader_on(wire: Wire, today: date = TODAY) -> CardReader:
    time = wire.time
    return CardReader(wire.open, time.monotonic, time.sleep, lambda: today)


def never() -> bool:
    return False


def told(reader: CardReader, wire: Wire) -> IdCard | Failure | None:
    found = reader.read(never)
    assert not wire.script
    return found


def name_of(found: IdCard | Failure | None) -> str:
    assert isinstance(found, IdCard)
    return found.name


def test_a_card_is_awaited_and_read() -> None:
    reader, wire, time = scripted(EMPTY, EMPTY, *GOOD)
    assert name_of(told(reader, wire)) == "测试甲"
    assert time.slept == [0.3, 0.3]
    assert wire.opened == 1


def test_cancelling_ends_the_wait() -> None:
    reader, wire, _ = scripted(EMPTY, EMPTY)
    assert reader.read(until_empty(wire)) is None


@pytest.mark.parametrize(
    ("steps", "failure"),
    [
        ([(SELECT, verdict("40"))], Failure.CARD_NOT_IDENTITY),
        ([(SELECT, verdict("32"))], Failure.CARD_REFUSED),
        ([SELECTS, (SamvCommand.READ, verdict("33"))], Failure.CARD_DAMAGED),
        ([SELECTS, (SamvCommand.READ, verdict("66"))], Failure.READER_NOT_LICENSED),
        ([SELECTS, (SamvCommand.READ, verdict("21"))], Failure.READER_FAULT),
        ([SELECTS, (SamvCommand.READ, verdict("77"))], Failure.READER_FAULT),
        ([SELECTS, *[(SamvCommand.READ, BLANK)] * 2], Failure.CARD_DAMAGED),
        ([SELECTS, *[(SamvCommand.READ, FILLED)] * 2], Failure.CARD_UNKNOWN_KIND),
    ],
)
def test_verdicts_without_retry(
    steps: list[tuple[SamvCommand, bytes | str]], failure: Failure
) -> None:
    reader, wire, _ = scripted(FINDS, *steps)
    assert told(reader, wire) is failure


def test_find_itself_may_refuse() -> None:
    reader, wire, _ = scripted((FIND, verdict("40")))
    assert told(reader, wire) is Failure.CARD_NOT_IDENTITY


@pytest.mark.parametrize("reason", ["41", "47", "81", ""])
def test_a_moved_card_is_found_again_silently(reason: str) -> None:
    moved = (SamvCommand.READ, verdict(reason) if reason not in {"", "81"} else SILENT)
    step = [(SELECT, verdict("81"))] if reason == "81" else [SELECTS, moved]
    reader, wire, _ = scripted(FINDS, *step, FINDS, *step, *GOOD)
    assert name_of(told(reader, wire)) == "测试甲"


@pytest.mark.parametrize(
    ("sw3", "failure"), [("41", Failure.CARD_MOVED), ("31", Failure.CARD_REFUSED)]
)
def test_the_third_move_is_told(sw3: str, failure: Failure) -> None:
    tries = [FINDS, SELECTS, (SamvCommand.READ, verdict(sw3))] * 3
    reader, wire, _ = scripted(*tries)
    assert told(reader, wire) is failure


def test_a_lifted_card_is_awaited_six_seconds() -> None:
    moved = (SamvCommand.READ, verdict("41"))
    reader, wire, time = scripted(FINDS, SELECTS, moved, *[EMPTY] * 30)
    started = time.now
    assert reader.read(never) is Failure.CARD_MOVED
    assert 6.0 <= time.now - started < 6.5
    wire.script = list(GOOD)  # it was seen empty, so the next card counts at once
    assert name_of(told(reader, wire)) == "测试甲"


def test_cancelling_ends_the_second_find() -> None:
    reader, wire, _ = scripted(FINDS, SELECTS, (SamvCommand.READ, verdict("41")), EMPTY)
    assert reader.read(until_empty(wire)) is None


def test_a_fault_found_again_is_told() -> None:
    reader, wire, _ = scripted(FINDS, (SELECT, verdict("81")), (FIND, verdict("66")))
    assert told(reader, wire) is Failure.READER_NOT_LICENSED


def test_three_failed_selects_reset_the_field_and_try_once_more() -> None:
    failed = [FINDS, (SELECT, verdict("81"))]
    reset = (SamvCommand.RESET, READY)
    reader, wire, time = scripted(*failed * 3, reset, *GOOD)
    assert name_of(told(reader, wire)) == "测试甲"
    assert 0.5 in time.slept
    reader, wire, _ = scripted(*failed * 3, reset, *failed)
    assert told(reader, wire) is Failure.CARD_MOVED


def test_after_a_failed_card_the_reader_must_be_empty_twice() -> None:
    refused = [FINDS, (SELECT, verdict("32"))]
    reader, wire, _ = scripted(*refused)
    assert told(reader, wire) is Failure.CARD_REFUSED
    wire.script = [FINDS, EMPTY, RESETS, EMPTY, FINDS, EMPTY, RESETS, EMPTY]
    assert reader.read(until_empty(wire)) is None
    wire.script = [FINDS, *LIFTED, *GOOD]
    assert name_of(told(reader, wire)) == "测试甲"


def test_a_lost_reader_is_told_while_the_card_must_be_lifted() -> None:
    reader, wire, _ = scripted(FINDS, (SELECT, verdict("32")))
    assert told(reader, wire) is Failure.CARD_REFUSED
    wire.script = [(FIND, SILENT), (FIND, SILENT)]
    assert told(reader, wire) is Failure.READER_LOST


@pytest.mark.parametrize(
    ("name", "failure"),
    [("D11", Failure.CARD_EXPIRED), ("D08", None), ("D10", None), ("D12", None)],
)
def test_validity_and_numbers(name: str, failure: Failure | None) -> None:
    asked = [] if name in {"D10", "D12"} else [NOT_MOVED]  # cards of foreigners have no address
    reader, wire, _ = scripted(FINDS, SELECTS, *[(SamvCommand.READ, vector(name))] * 2, *asked)
    found = told(reader, wire)
    assert found is failure if failure else isinstance(found, IdCard)


@pytest.mark.parametrize(("today", "expired"), [("2035-06-01", False), ("2035-06-02", True)])
def test_the_last_day_counts(today: str, *, expired: bool) -> None:
    reader = reader_on(Wire(Time(), list(GOOD)), date.fromisoformat(today))
    assert (reader.read(never) is Failure.CARD_EXPIRED) is expired


def test_a_wrong_check_digit_is_refused() -> None:
    body = bytearray(READ[7:-1])
    at = body.index("341600196203159177".encode("utf-16-le"))
    body[at + 34 : at + 36] = "0".encode("utf-16-le")
    reader, wire, _ = scripted(
        FINDS, SELECTS, *[(SamvCommand.READ, frame(body.hex()))] * 2, NOT_MOVED
    )
    assert told(reader, wire) is Failure.CARD_NUMBER_WRONG


def test_stale_replies_are_dropped() -> None:
    stale = [
        (FIND, READY + NO_CARD),
        (FIND, SELECTED + FOUND),
        (SELECT, NO_CARD + READY + FOUND + SELECTED),
        (SamvCommand.READ, SELECTED + NO_CARD + READ),
        (SamvCommand.READ, SELECTED + NO_CARD + READ),
        (SamvCommand.NEW_ADDRESS, NO_CARD + FOUND + NO_NEW_ADDRESS),
    ]
    reader, wire, _ = scripted(*stale)
    assert name_of(told(reader, wire)) == "测试甲"


def test_noise_and_damaged_frames_are_asked_again() -> None:
    broken = FOUND[:-1] + b"\x00"
    script = [(FIND, b"AT\r\xaa\xaa" + FOUND), (SELECT, SELECTED[:-1] + b"\x00"), SELECTS]
    reader, wire, _ = scripted(
        (FIND, broken), (FIND, verdict("10")), *script, READS, READS, NOT_MOVED
    )
    assert name_of(told(reader, wire)) == "测试甲"


def test_a_line_that_stays_bad_is_a_fault() -> None:
    reader, wire, _ = scripted(*[(FIND, verdict("11"))] * 3)
    assert told(reader, wire) is Failure.READER_FAULT
    broken = (FIND, FOUND[:-1] + b"\x00")
    reader, wire, _ = scripted(*[broken] * 6)
    assert told(reader, wire) is Failure.READER_LOST


@pytest.mark.parametrize("sw3", ["24", "60"])
def test_a_reset_cures_once(sw3: str) -> None:
    fault = (FIND, verdict(sw3))
    reset = (SamvCommand.RESET, READY)
    reader, wire, _ = scripted(fault, reset, *GOOD)
    assert name_of(told(reader, wire)) == "测试甲"
    reader, wire, _ = scripted(fault, reset, fault)
    assert told(reader, wire) is Failure.READER_FAULT


def test_a_mute_reader_is_lost_and_opened_again() -> None:
    reader, wire, time = scripted((FIND, SILENT), (FIND, SILENT))
    started = time.now
    assert told(reader, wire) is Failure.READER_LOST
    assert time.now - started == pytest.approx(2.0, abs=0.01)  # and the greeting
    wire.script = list(GOOD)
    assert name_of(told(reader, wire)) == "测试甲"
    assert (wire.opened, wire.closed) == (2, 1)


@pytest.mark.parametrize("steps", [0, 1, 2])
def test_an_unplugged_reader_is_lost_in_every_state(steps: int) -> None:
    command = GOOD[steps][0]
    reader, wire, _ = scripted(*GOOD[:steps], (command, LOST))
    assert told(reader, wire) is Failure.READER_LOST
    wire.openable = False
    assert reader.read(never) is Failure.READER_LOST
    wire.openable = True
    wire.script = list(GOOD)
    assert name_of(told(reader, wire)) == "测试甲"


def test_a_reader_lost_after_the_text_is_lost() -> None:
    reader, wire, _ = scripted(*GOOD[:4], (SamvCommand.NEW_ADDRESS, LOST))
    assert told(reader, wire) is Failure.READER_LOST


def test_removal_takes_two_empty_answers_in_a_row() -> None:
    reader, wire, _ = scripted((FIND, verdict("40")), EMPTY, (FIND, verdict("40")), EMPTY, EMPTY)
    assert reader.wait_removed(never)
    assert not wire.script


def after_a_read() -> tuple[CardReader, Wire, Time]:
    reader, wire, time = scripted(*GOOD)
    told(reader, wire)
    time.slept.clear()
    return reader, wire, time


def test_a_card_that_was_read_is_lifted_only_when_a_fresh_field_is_empty() -> None:
    reader, wire, time = after_a_read()
    wire.script = [EMPTY, RESETS, FINDS, EMPTY, RESETS, FINDS, FINDS, EMPTY, RESETS, EMPTY, EMPTY]
    assert reader.wait_removed(never)
    assert not wire.script
    assert time.slept == [0.5, 0.3, 0.5, 0.3, 0.3, 0.5, 0.3]


def test_a_reader_that_finds_again_needs_no_reset_while_the_card_lies_there() -> None:
    reader, wire, _ = after_a_read()
    wire.script = [FINDS] * 5
    assert not reader.wait_removed(until_empty(wire))


@pytest.mark.parametrize("sw3", ["21", "23"])
def test_a_reader_without_reset_is_believed(sw3: str) -> None:
    reader, wire, _ = after_a_read()
    wire.script = [EMPTY, (SamvCommand.RESET, verdict(sw3)), EMPTY, EMPTY]
    assert reader.wait_removed(never)
    assert not wire.script


def test_a_silent_reset_is_asked_again() -> None:
    silent = (SamvCommand.RESET, SILENT)
    reader, wire, _ = after_a_read()
    wire.script = [EMPTY, silent, RESETS, FINDS]
    assert not reader.wait_removed(until_empty(wire))
    wire.script = [EMPTY, silent, silent, EMPTY, EMPTY]
    assert reader.wait_removed(never)
    assert not wire.script


def test_a_reader_lost_at_the_reset_proves_nothing() -> None:
    reader, wire, _ = after_a_read()
    wire.script = [EMPTY, (SamvCommand.RESET, LOST), EMPTY, RESETS, FINDS]
    assert not reader.wait_removed(until_empty(wire))


def test_a_card_that_was_read_must_be_lifted_before_it_is_read_again() -> None:
    reader, wire, time = after_a_read()
    wire.script = [EMPTY, RESETS, FINDS]
    assert told(reader, wire) is Failure.CARD_LEFT
    assert 0.3 not in time.slept  # at once: the person has gone back to change cards
    wire.script = [*LIFTED, *GOOD]
    time.now += 3
    assert name_of(told(reader, wire)) == "测试甲"
    wire.script = [*LIFTED, EMPTY, *GOOD]  # lifted meanwhile
    time.now += 3
    assert name_of(told(reader, wire)) == "测试甲"


def test_that_the_card_still_lies_there_is_said_again_after_some_seconds() -> None:
    reader, wire, time = after_a_read()
    wire.script = [FINDS]
    assert told(reader, wire) is Failure.CARD_LEFT
    began = time.now
    wire.script = [FINDS] * 18
    assert told(reader, wire) is Failure.CARD_LEFT
    assert 5.0 <= time.now - began < 5.5


def test_the_words_of_a_failed_card_stand_for_some_seconds() -> None:
    reader, wire, time = scripted(FINDS, (SELECT, verdict("40")))
    assert told(reader, wire) is Failure.CARD_NOT_IDENTITY
    began = time.now
    wire.script = [(FIND, verdict("40"))] * 18
    assert told(reader, wire) is Failure.CARD_LEFT
    assert time.now - began >= 5.0


def test_the_words_of_an_expired_card_stand_too() -> None:
    reader, wire, _ = scripted(FINDS, SELECTS, *[(SamvCommand.READ, vector("D11"))] * 2, NOT_MOVED)
    assert told(reader, wire) is Failure.CARD_EXPIRED
    wire.script = [FINDS]
    assert reader.read(until_empty(wire)) is None


def test_the_same_card_is_not_told_twice_within_three_seconds() -> None:
    reader, wire, time = after_a_read()
    again = (EMPTY, RESETS, *GOOD)
    # lifted for two looks and laid again: read, but told only when three seconds are over
    wire.script = [*LIFTED, *GOOD, *again, *again]
    began = time.now
    assert name_of(told(reader, wire)) == "测试甲"
    assert 2.5 <= time.now - began < 4.5


def test_another_card_is_told_at_once() -> None:
    reader, wire, _ = after_a_read()
    wire.script = [*LIFTED, FINDS, SELECTS, *[(SamvCommand.READ, vector("D08"))] * 2, NOT_MOVED]
    assert name_of(told(reader, wire)) == "䶮㛃样"


def test_a_visit_that_is_over_forgets_which_card_it_was() -> None:
    reader, wire, _ = after_a_read()
    wire.script = list(LIFTED)
    assert reader.wait_removed(never)
    assert reader._told is None
    wire.script = list(GOOD)
    assert name_of(told(reader, wire)) == "测试甲"


def test_a_card_left_behind_is_not_read_for_the_next_person() -> None:
    reader, wire, _ = after_a_read()
    wire.script = [EMPTY, RESETS, FINDS]
    assert not reader.wait_removed(until_empty(wire))
    wire.script = [FINDS]
    assert told(reader, wire) is Failure.CARD_LEFT  # she is told what to do
    wire.script = [EMPTY, RESETS, FINDS, FINDS]
    assert reader.read(until_empty(wire)) is None
    wire.script = [(FIND, SILENT), (FIND, SILENT)]  # a lost reader does not lift it
    assert told(reader, wire) is Failure.READER_LOST
    wire.script = [FINDS, FINDS]
    assert reader.read(until_empty(wire)) is None
    wire.script = [*LIFTED, *GOOD]
    assert name_of(told(reader, wire)) == "测试甲"


@dataclass
class Memory:
    lies: bool = False
    noted: list[bool] = field(default_factory=list)

    def recall(self) -> bool:
        return self.lies

    def note(self, *, lies: bool) -> None:
        self.lies = lies
        self.noted.append(lies)


def test_a_card_that_lay_there_before_a_restart_is_not_read() -> None:
    memory = Memory()
    time = Time()
    wire = Wire(time, list(GOOD))
    reader = CardReader(wire.open, time.monotonic, time.sleep, lambda: TODAY, mark=memory)
    assert name_of(told(reader, wire)) == "测试甲"
    assert memory.noted == [True]
    # the process is gone; the next one finds the card again, or hidden
    for lying in ([FINDS], [EMPTY, RESETS, FINDS]):
        wire = Wire(time, list(lying))
        reader = CardReader(wire.open, time.monotonic, time.sleep, lambda: TODAY, mark=memory)
        assert told(reader, wire) is Failure.CARD_LEFT
    wire.script = [*LIFTED, *GOOD]
    assert name_of(told(reader, wire)) == "测试甲"
    assert memory.noted == [True, False, True]


def test_without_an_earlier_card_the_first_one_is_read_at_once() -> None:
    time = Time()
    wire = Wire(time, list(GOOD))
    reader = CardReader(wire.open, time.monotonic, time.sleep, lambda: TODAY, mark=Memory())
    assert name_of(told(reader, wire)) == "测试甲"


def test_a_bounce_is_no_removal() -> None:
    memory = Memory()
    wire = Wire(Time(), [*GOOD])
    time = wire.time
    reader = CardReader(wire.open, time.monotonic, time.sleep, lambda: TODAY, mark=memory)
    told(reader, wire)
    wire.script = [EMPTY, RESETS, EMPTY, FINDS]
    assert not reader.wait_removed(until_empty(wire))
    assert memory.lies


def test_a_card_that_another_program_read_may_count() -> None:
    time = Time()
    wire = Wire(time, [EMPTY, RESETS, *GOOD])
    wishes = ReadOptions(lying_counts=True)
    reader = CardReader(wire.open, time.monotonic, time.sleep, lambda: TODAY, wishes=wishes)
    assert name_of(told(reader, wire)) == "测试甲"


def test_the_second_refusal_is_final() -> None:
    refused = [FINDS, (SELECT, verdict("32"))]
    reader, wire, _ = scripted(*refused)
    assert told(reader, wire) is Failure.CARD_REFUSED
    wire.script = [*LIFTED, *refused]
    assert told(reader, wire) is Failure.CARD_REFUSED_AGAIN
    wire.script = list(LIFTED)
    assert reader.wait_removed(never)
    wire.script = list(refused)  # the next person's card has its own two tries
    assert told(reader, wire) is Failure.CARD_REFUSED


def test_the_newest_address_counts() -> None:
    reader, wire, _ = scripted(*GOOD[:4], *[(SamvCommand.NEW_ADDRESS, NEW_ADDRESS)] * 2)
    found = told(reader, wire)
    assert isinstance(found, IdCard)
    assert found.address == "安徽省亳州市示例区新址路９号"


RESET = (SamvCommand.RESET, READY)


def refused(sw3: str) -> tuple[SamvCommand, bytes]:
    return SamvCommand.NEW_ADDRESS, verdict(sw3)


@pytest.mark.parametrize(
    "answers",
    [
        [(SamvCommand.NEW_ADDRESS, SILENT)],
        *([refused(sw3)] for sw3 in ("23", "31", "32", "33", "40", "41", "50", "66", "77", "80")),
        *([refused(sw3)] * 3 for sw3 in ("10", "11")),
        *([refused(sw3), RESET, refused(sw3)] for sw3 in ("24", "60")),
    ],
)
def test_a_card_whose_newest_address_can_not_be_read_is_flagged(
    answers: list[tuple[SamvCommand, bytes]],
) -> None:
    reader, wire, _ = scripted(*GOOD[:4], *answers)
    found = reader.read_chip(never)
    assert isinstance(found, ChipReading)
    assert found.new_address is None
    assert found.card.address.endswith("样本街道一号")
    assert found.flags == (Flag.NEW_ADDRESS_UNREAD,)
    assert wire.script == []


def test_a_reader_that_knows_no_newest_address() -> None:
    reader, _, _ = scripted(*GOOD[:4], (SamvCommand.NEW_ADDRESS, verdict("21")))
    found = reader.read_chip(never)
    assert isinstance(found, ChipReading)
    assert (found.new_address, found.flags) == ("", ())


def wishing(
    wishes: ReadOptions, *script: tuple[SamvCommand, bytes | str]
) -> tuple[CardReader, Wire]:
    time = Time()
    wire = Wire(time, list(script))
    return CardReader(wire.open, time.monotonic, time.sleep, lambda: TODAY, wishes=wishes), wire


def test_a_fingerprint_is_read_only_on_request() -> None:
    with_finger = (SamvCommand.READ_WITH_FINGERPRINT, vector("D09"))
    reader, _ = wishing(
        ReadOptions(fingerprint=True), FINDS, SELECTS, with_finger, with_finger, NOT_MOVED
    )
    found = reader.read_chip(never)
    assert isinstance(found, ChipReading)
    assert len(found.blocks.fingerprint) == 512


@pytest.mark.parametrize(
    ("picture", "flags"), [(b"picture", ()), (None, (Flag.PHOTO_NOT_DECODED,))]
)
def test_a_photo_is_decoded_or_flagged(picture: bytes | None, flags: tuple[Flag, ...]) -> None:
    seen: list[bytes] = []

    def decode(wlt: bytes) -> bytes | None:
        seen.append(wlt)
        return picture

    reader, _ = wishing(ReadOptions(decode=decode), *GOOD)
    found = reader.read_chip(never)
    assert isinstance(found, ChipReading)
    assert found.card.picture == (picture or b"")
    assert found.flags == flags
    assert seen == [READ[270:1294]]


def test_a_reply_without_photo_needs_no_decoder() -> None:
    text = READ[14:270]
    bare = (SamvCommand.READ, frame("00009001000000" + text.hex()))
    reader, _ = wishing(
        ReadOptions(decode=lambda _: pytest.fail("nothing to decode")),
        FINDS,
        SELECTS,
        bare,
        bare,
        NOT_MOVED,
    )
    found = reader.read_chip(never)
    assert isinstance(found, ChipReading)
    assert found.flags == (Flag.PHOTO_NOT_DECODED,)


def test_each_reading_says_what_the_reader_can_show_of_it() -> None:
    drawn = iter([b"\x01" * 16, b"\x02" * 16])
    readings = []
    for _ in range(2):
        time = Time()
        wire = Wire(time, list(GOOD))
        reader = CardReader(
            wire.open,
            time.monotonic,
            time.sleep,
            lambda: TODAY,
            wishes=ReadOptions(sam_number=SAM_ID),
            random=lambda _count: next(drawn),
        )
        found = reader.read_chip(never)
        assert isinstance(found, ChipReading)
        chip = sha256(found.blocks.text + found.blocks.photo).hexdigest()
        assert found.card.reading is not None
        assert (found.card.reading.reader, found.card.reading.chip) == (SAM_ID, chip)
        readings.append(found.card.reading)
        assert chip not in repr(found.card)
    assert [one.id for one in readings] == ["01" * 16, "02" * 16]


def test_the_reader_is_known_by_its_sam_number() -> None:
    reader, _ = wishing(ReadOptions(sam_number=SAM_ID), *GOOD)
    assert reader.sam_number == ""
    assert isinstance(reader.read(never), IdCard)
    assert reader.sam_number == SAM_ID


def test_another_reader_than_the_wanted_one_is_refused() -> None:
    wishes = ReadOptions(sam_number="05.03-20990101-0001234567-0007654322")
    reader, wire = wishing(wishes, FINDS)
    assert told(reader, wire) is Failure.READER_SWAPPED
    wire.script = [(SamvCommand.STATUS, READY)]
    assert reader.check() is Failure.READER_SWAPPED


def test_a_reader_that_does_not_tell_its_number_is_not_swapped() -> None:
    reader, wire = wishing(ReadOptions(sam_number=SAM_ID), *GOOD)
    wire.sam_number = verdict("66")
    assert isinstance(told(reader, wire), IdCard)


@pytest.mark.parametrize("baud", [115200, 57600, 38400, 19200, 9600])
def test_the_speed_is_found_at_every_opening(baud: int) -> None:
    reader, wire, time = scripted(*GOOD)
    wire.baud = baud
    began = time.now
    assert name_of(told(reader, wire)) == "测试甲"
    assert wire.bauds[-1] == baud
    assert time.now - began < 3.0
    reader.close()
    wire.bauds.clear()
    wire.script = [(SamvCommand.STATUS, READY)]
    assert reader.check() is None
    assert wire.bauds == [baud]  # what was right before is tried first


def test_a_reader_that_answers_at_no_speed_is_lost() -> None:
    reader, wire, _ = scripted()
    wire.baud = 1200
    assert reader.check() is Failure.READER_LOST
    assert wire.bauds == [115200, 57600, 38400, 19200, 9600] * 3
    assert wire.closed == 1


def test_a_line_without_speed_is_asked_at_no_other() -> None:
    reader, wire, _ = scripted()
    wire.baud, wire.has_speed = 1200, False
    assert reader.check() is Failure.READER_LOST
    assert wire.bauds == [115200] * 3


@pytest.mark.parametrize(
    ("loss", "failure"),
    [
        (Loss.GONE, Failure.READER_LOST),
        (Loss.BUSY, Failure.READER_BUSY),
        (Loss.FORBIDDEN, Failure.READER_FORBIDDEN),
    ],
)
def test_why_a_port_can_not_be_opened_is_told(loss: Loss, failure: Failure) -> None:
    reader, wire, _ = scripted()
    wire.openable, wire.loss = False, loss
    assert reader.read(never) is failure
    assert reader.check() is failure


def test_a_card_lifted_late_leaves_nothing_behind() -> None:
    reader, wire, _ = after_a_read()
    wire.script = [FINDS]
    assert not reader.wait_removed(until_empty(wire))
    wire.script = [EMPTY, RESETS, EMPTY, EMPTY]
    assert reader.wait_removed(never)
    wire.script = list(GOOD)
    assert name_of(told(reader, wire)) == "测试甲"


def test_removal_waits_for_a_lost_reader() -> None:
    silence = [(FIND, SILENT), (FIND, SILENT)]
    reader, wire, _ = scripted(EMPTY, (FIND, LOST), EMPTY, *silence, EMPTY, (FIND, LOST))
    assert not reader.wait_removed(until_empty(wire))
    wire.script = [(FIND, verdict("40")), (FIND, verdict("47")), EMPTY, EMPTY]
    assert reader.wait_removed(never)


@pytest.mark.parametrize(
    ("answer", "failure"),
    [
        (READY, None),
        (verdict("66"), Failure.READER_NOT_LICENSED),
        (verdict("60"), Failure.READER_FAULT),
        (SILENT, Failure.READER_LOST),
        (LOST, Failure.READER_LOST),
    ],
)
def test_check(answer: bytes | str, failure: Failure | None) -> None:
    reader, _, _ = scripted((SamvCommand.STATUS, answer))
    assert reader.check() is failure


def test_the_read_limit_grows_with_a_slow_line() -> None:
    time = Time()
    script: list[tuple[SamvCommand, bytes | str]] = [FINDS, SELECTS, (SamvCommand.READ, SILENT)]
    wire = Wire(time, script)
    limits = SamTimeouts(whole_read=0.0)
    reader = CardReader(wire.open, time.monotonic, time.sleep, lambda: TODAY, 9600, limits)
    wire.script.append(EMPTY)
    wire.baud = 9600
    started = time.now
    assert told(reader, wire) is Failure.CARD_MOVED
    assert time.now - started == pytest.approx(3.0 + 2321 * 10 / 9600, abs=0.01)


def test_close_is_idempotent() -> None:
    reader, wire, _ = scripted(*GOOD)
    reader.close()
    told(reader, wire)
    reader.close()
    reader.close()
    assert wire.closed == 1
