"""What is read besides the text, on which reader, at which speed."""

from __future__ import annotations

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
from tests.drivers.devices.id_card.scripted_reader import (
    EMPTY,
    FINDS,
    GOOD,
    LIFTED,
    NOT_MOVED,
    RESET,
    SELECT,
    SELECTS,
    TODAY,
    name_of,
    never,
    refused,
    scripted,
    told,
    wishing,
)
from tests.drivers.devices.scripted import (
    NEW_ADDRESS,
    READ,
    READY,
    SAM_ID,
    SILENT,
    ScriptedTime,
    ScriptedWire,
    frame,
    vector,
    verdict,
)


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
        time = ScriptedTime()
        wire = ScriptedWire(time, list(GOOD))
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


def test_the_read_limit_grows_with_a_slow_line() -> None:
    time = ScriptedTime()
    script: list[tuple[SamvCommand, bytes | str]] = [FINDS, SELECTS, (SamvCommand.READ, SILENT)]
    wire = ScriptedWire(time, script)
    limits = SamTimeouts(whole_read=0.0)
    reader = CardReader(wire.open, time.monotonic, time.sleep, lambda: TODAY, 9600, limits)
    wire.script.append(EMPTY)
    wire.baud = 9600
    started = time.now
    assert told(reader, wire) is Failure.CARD_MOVED
    assert time.now - started == pytest.approx(3.0 + 2321 * 10 / 9600, abs=0.01)
