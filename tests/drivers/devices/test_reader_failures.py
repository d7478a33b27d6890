"""What is known to go wrong with readers in the field, one row each, and what is said of it.

The rows are those of the failure list for identity card readers (cards.md §5).
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from drivers.commands.cures import known_cures
from drivers.devices.id_card_reader import CardReader
from drivers.protocols.samv import PREAMBLE
from drivers.simulated.cards.id_card_reader import IdReaderFault
from drivers.transports.transport import DeviceLostError, Loss, Transport
from kiosk.failures import Curer, Failure
from tests.drivers.devices.id_card.id_card_rigs import TODAY, ReaderInProcess
from tests.drivers.devices.scripted import ScriptedTime, frame
from tests.drivers.vectors import ALL
from tests.kiosk.invented_people import handbook

READ = str(ALL["D07"]["expect"]["id_number"])
RESET = b"\x10\xff"


def with_fault(*faults: IdReaderFault) -> Callable[[ReaderInProcess], object]:
    def happen(rig: ReaderInProcess) -> object:
        rig.driver.check()
        rig.place("D07")
        for fault in faults:
            rig.fault(fault)
        return rig.outcome()

    return happen


def noise_first(noise: bytes) -> Callable[[ReaderInProcess], object]:
    """Noise before each reply, as stray bytes on a line come."""

    def happen(rig: ReaderInProcess) -> object:
        send = rig.port.line.send

        def noisily(burst: bytes) -> None:
            send((noise if burst.startswith(PREAMBLE) else b"") + burst)

        rig.port.line.send = noisily  # type: ignore[method-assign]
        rig.place("D07")
        return rig.outcome()

    return happen


def left_on_the_reader(rig: ReaderInProcess) -> object:
    rig.place("D07")
    rig.outcome()
    return rig.outcome()


def read_twice_at_once(rig: ReaderInProcess) -> object:
    """Lifted and laid anew at once: the words come, no second reading."""
    rig.place("D07")
    rig.outcome()
    rig.lift()
    rig.place("D07")
    return rig.outcome()


def hung_chip(rig: ReaderInProcess) -> object:
    rig.place("D07")
    rig.fault(IdReaderFault.HUNG)
    said = rig.outcome()
    assert rig.port.requests.count(RESET) == 1
    return said


def pulled(rig: ReaderInProcess) -> object:
    rig.place("D07")
    rig.unplug_at(2)
    return rig.outcome()


def back_under_another_name(rig: ReaderInProcess) -> object:
    pulled(rig)
    rig.plug()
    rig.driver.check()
    rig.lift()
    rig.removed()
    rig.place("D07")
    return rig.outcome()


def at_another_speed(rig: ReaderInProcess) -> object:
    rig.port.samv.baud = 9600
    rig.place("D07")
    return rig.outcome()


def unlicensed(rig: ReaderInProcess) -> object:
    rig.license(valid=False)
    return rig.outcome()


def not_opened(loss: Loss) -> Callable[[ReaderInProcess], object]:
    def happen(_rig: ReaderInProcess) -> object:
        def refuse() -> Transport:
            raise DeviceLostError("no", loss)

        time = ScriptedTime()
        return CardReader(refuse, time.monotonic, time.sleep, lambda: TODAY).read(lambda: False)

    return happen


ROWS: dict[str, tuple[Callable[[ReaderInProcess], object], object]] = {
    "card not lifted between reads, find stays 80": (left_on_the_reader, Failure.CARD_LEFT),
    "card lifted in the middle of a read": (with_fault(IdReaderFault.LIFTED), Failure.CARD_MOVED),
    "half a reply, then the card is gone": (
        with_fault(IdReaderFault.LIFTED_TRUNCATED),
        Failure.CARD_MOVED,
    ),
    "card chip hung in the field": (hung_chip, READ),
    "same card read repeatedly": (read_twice_at_once, Failure.CARD_LEFT),
    "noise and a stray AA before the preamble": (noise_first(b"\x00\xff\x17\xaa\xaa"), READ),
    "ModemManager's AT bytes": (noise_first(b"AT\r\n"), READ),
    "checksum wrong once": (with_fault(IdReaderFault.CORRUPT), READ),
    "checksum wrong twice": (with_fault(IdReaderFault.CORRUPT, IdReaderFault.CORRUPT), READ),
    "length field corrupted": (noise_first(bytes.fromhex("AAAAAA9669FFFF")), READ),
    "stale reply answers the next command": (with_fault(IdReaderFault.STALE), READ),
    "a whole reply of nobody's question": (noise_first(frame("000090" + "00" * 20)), READ),
    "SAM not authorised (66)": (unlicensed, Failure.READER_NOT_LICENSED),
    "SAM self-test failed once (60)": (with_fault(IdReaderFault.SELF_TEST), READ),
    "SAM self-test failed for good (60)": (
        with_fault(*[IdReaderFault.SELF_TEST] * 4),
        Failure.READER_FAULT,
    ),
    "serial cable pulled": (pulled, Failure.READER_LOST),
    "two programs on one port": (not_opened(Loss.BUSY), Failure.READER_BUSY),
    "no permission": (not_opened(Loss.FORBIDDEN), Failure.READER_FORBIDDEN),
    "no such device": (not_opened(Loss.GONE), Failure.READER_LOST),
    "re-enumeration under another name": (back_under_another_name, READ),
    "reader at another speed": (at_another_speed, READ),
}


@pytest.mark.parametrize("row", ROWS)
def test_each_row(row: str) -> None:
    happen, expected = ROWS[row]
    assert happen(ReaderInProcess()) == expected


@pytest.mark.parametrize("failure", [f for f in Failure if f.name.startswith(("CARD_", "READER_"))])
def test_words_are_short_and_a_technician_finds_the_cure(failure: Failure) -> None:
    words = handbook().failures[failure]
    assert len(words.title) <= 9
    assert len(words.sentence) <= 24
    if words.who is Curer.TECHNICIAN:
        assert len(known_cures()[failure]) > len(words.sentence) / 2


def test_the_cures_name_what_is_known_to_hold_ports() -> None:
    assert all(
        name in known_cures()[Failure.READER_LOST] for name in ("by-id", "ModemManager", "brltty")
    )
    assert "dialout" in known_cures()[Failure.READER_FORBIDDEN]
