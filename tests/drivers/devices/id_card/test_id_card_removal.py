"""A card must be lifted before it, or the next one, is read."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from drivers.devices.id_card_reader import CardReader, ReadOptions
from drivers.protocols.samv import SamvCommand
from kiosk.failures import Failure
from tests.drivers.devices.id_card.scripted_reader import (
    EMPTY,
    FIND,
    FINDS,
    GOOD,
    LIFTED,
    NOT_MOVED,
    RESETS,
    SELECT,
    SELECTS,
    TODAY,
    after_a_read,
    name_of,
    never,
    scripted,
    told,
)
from tests.drivers.devices.scripted import (
    LOST,
    SILENT,
    ScriptedTime,
    ScriptedWire,
    until_empty,
    vector,
    verdict,
)


def test_after_a_failed_card_the_reader_must_be_empty_twice() -> None:
    refused = [FINDS, (SELECT, verdict("32"))]
    reader, wire, _ = scripted(*refused)
    assert told(reader, wire) is Failure.CARD_REFUSED
    wire.script = [FINDS, EMPTY, RESETS, EMPTY, FINDS, EMPTY, RESETS, EMPTY]
    assert reader.read(until_empty(wire)) is None
    wire.script = [FINDS, *LIFTED, *GOOD]
    assert name_of(told(reader, wire)) == "测试甲"


def test_removal_takes_two_empty_answers_in_a_row() -> None:
    reader, wire, _ = scripted((FIND, verdict("40")), EMPTY, (FIND, verdict("40")), EMPTY, EMPTY)
    assert reader.wait_removed(never)
    assert not wire.script


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
    time = ScriptedTime()
    wire = ScriptedWire(time, list(GOOD))
    reader = CardReader(wire.open, time.monotonic, time.sleep, lambda: TODAY, mark=memory)
    assert name_of(told(reader, wire)) == "测试甲"
    assert memory.noted == [True]
    # the process is gone; the next one finds the card again, or hidden
    for lying in ([FINDS], [EMPTY, RESETS, FINDS]):
        wire = ScriptedWire(time, list(lying))
        reader = CardReader(wire.open, time.monotonic, time.sleep, lambda: TODAY, mark=memory)
        assert told(reader, wire) is Failure.CARD_LEFT
    wire.script = [*LIFTED, *GOOD]
    assert name_of(told(reader, wire)) == "测试甲"
    assert memory.noted == [True, False, True]


def test_without_an_earlier_card_the_first_one_is_read_at_once() -> None:
    time = ScriptedTime()
    wire = ScriptedWire(time, list(GOOD))
    reader = CardReader(wire.open, time.monotonic, time.sleep, lambda: TODAY, mark=Memory())
    assert name_of(told(reader, wire)) == "测试甲"


def test_a_bounce_is_no_removal() -> None:
    memory = Memory()
    wire = ScriptedWire(ScriptedTime(), [*GOOD])
    time = wire.time
    reader = CardReader(wire.open, time.monotonic, time.sleep, lambda: TODAY, mark=memory)
    told(reader, wire)
    wire.script = [EMPTY, RESETS, EMPTY, FINDS]
    assert not reader.wait_removed(until_empty(wire))
    assert memory.lies


def test_a_card_that_another_program_read_may_count() -> None:
    time = ScriptedTime()
    wire = ScriptedWire(time, [EMPTY, RESETS, *GOOD])
    wishes = ReadOptions(lying_counts=True)
    reader = CardReader(wire.open, time.monotonic, time.sleep, lambda: TODAY, wishes=wishes)
    assert name_of(told(reader, wire)) == "测试甲"


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
