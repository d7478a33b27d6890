"""The reader reads, retries silently, tells failures apart, and comes back after a loss."""

from __future__ import annotations

from datetime import date

import pytest

from drivers.protocols.samv import SamvCommand
from kiosk.failures import Failure
from kiosk.people.identity import IdCard
from tests.drivers.devices.id_card.scripted_reader import (
    BLANK,
    EMPTY,
    FILLED,
    FIND,
    FINDS,
    GOOD,
    NOT_MOVED,
    READS,
    SELECT,
    SELECTS,
    name_of,
    never,
    reader_on,
    scripted,
    told,
)
from tests.drivers.devices.scripted import (
    FOUND,
    LOST,
    NO_CARD,
    NO_NEW_ADDRESS,
    READ,
    READY,
    SELECTED,
    SILENT,
    ScriptedTime,
    ScriptedWire,
    frame,
    until_empty,
    vector,
    verdict,
)


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
    reader = reader_on(ScriptedWire(ScriptedTime(), list(GOOD)), date.fromisoformat(today))
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


def test_close_is_idempotent() -> None:
    reader, wire, _ = scripted(*GOOD)
    reader.close()
    told(reader, wire)
    reader.close()
    reader.close()
    assert wire.closed == 1
