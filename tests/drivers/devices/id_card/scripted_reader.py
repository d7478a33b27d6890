"""Scripts of answers for an identity card reader, and the reader on them."""

from __future__ import annotations

from datetime import date

from drivers.devices.id_card_reader import CardReader, ReadOptions
from drivers.protocols.samv import SamvCommand
from kiosk.failures import Failure
from kiosk.people.identity import IdCard
from tests.drivers.devices.scripted import (
    FOUND,
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


def scripted(
    *script: tuple[SamvCommand, bytes | str],
) -> tuple[CardReader, ScriptedWire, ScriptedTime]:
    time = ScriptedTime()
    wire = ScriptedWire(time, list(script))
    return reader_on(wire), wire, time


def reader_on(wire: ScriptedWire, today: date = TODAY) -> CardReader:
    time = wire.time
    return CardReader(wire.open, time.monotonic, time.sleep, lambda: today)


def never() -> bool:
    return False


def told(reader: CardReader, wire: ScriptedWire) -> IdCard | Failure | None:
    found = reader.read(never)
    assert not wire.script
    return found


def name_of(found: IdCard | Failure | None) -> str:
    assert isinstance(found, IdCard)
    return found.name


def after_a_read() -> tuple[CardReader, ScriptedWire, ScriptedTime]:
    reader, wire, time = scripted(*GOOD)
    told(reader, wire)
    time.slept.clear()
    return reader, wire, time


RESET = (SamvCommand.RESET, READY)


def refused(sw3: str) -> tuple[SamvCommand, bytes]:
    return SamvCommand.NEW_ADDRESS, verdict(sw3)


def wishing(
    wishes: ReadOptions, *script: tuple[SamvCommand, bytes | str]
) -> tuple[CardReader, ScriptedWire]:
    time = ScriptedTime()
    wire = ScriptedWire(time, list(script))
    return CardReader(wire.open, time.monotonic, time.sleep, lambda: TODAY, wishes=wishes), wire
