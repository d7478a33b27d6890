"""The reader keeps its contract whatever carries the bytes: one suite, four ways."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from drivers.simulated.cards.id_card_reader import IdReaderFault
from kiosk.failures import Failure
from tests.drivers.devices.id_card.id_card_rigs import (
    IdCardRig,
    ReaderInProcess,
    ReaderOnWire,
    Recording,
    ReplayedReader,
)
from tests.drivers.devices.scripted import SAM_ID
from tests.drivers.vectors import ALL

Story = Callable[[IdCardRig], list[object]]
"""What is done to a reader, and all that its driver said of it."""
WAYS = ("in process", "in process, found again", "pty", "tcp", "replay")


def number(vector: str) -> str:
    return str(ALL[vector]["expect"]["id_number"])


def every_kind(rig: IdCardRig) -> list[object]:
    said: list[object] = []
    for vector in ("D07", "D08", "D09", "D10", "D11", "D12"):
        rig.place(vector)
        said.append(rig.outcome())
        rig.lift()
        said.append(rig.removed())
    return said


def no_card(rig: IdCardRig) -> list[object]:
    return [rig.outcome(), rig.removed(), rig.driver.check(), rig.driver.sam_number]


def bad_line(rig: IdCardRig) -> list[object]:
    said: list[object] = []
    for fault in (IdReaderFault.NOISE, IdReaderFault.CORRUPT, IdReaderFault.STALE):
        for vector in ("D07", "D08"):
            rig.fault(fault)
            rig.place(vector)
            said.append(rig.outcome())
            rig.lift()
            rig.removed()
    return said


def damaged_reading(rig: IdCardRig) -> list[object]:
    """The fault hits a reading of the text, then the newest address."""
    said: list[object] = []
    for fault in (IdReaderFault.NOISE, IdReaderFault.CORRUPT, IdReaderFault.STALE):
        rig.place("D08")
        rig.actions[:] = [*[None] * 4, lambda: rig.fault(fault)]  # noqa: B023 - used at once
        said.append(rig.outcome())
        rig.lift()
        rig.removed()
    return said


def lifted(rig: IdCardRig) -> list[object]:
    rig.fault(IdReaderFault.LIFTED)
    rig.place("D07")
    said: list[object] = [rig.outcome(), rig.removed()]
    rig.place("D07")
    return [*said, rig.outcome()]


def flipped(rig: IdCardRig) -> list[object]:
    """Two bits of one column are wrong in the first of the two readings."""
    rig.fault(IdReaderFault.FLIPPED)
    rig.place("D07")
    return [rig.outcome()]


def judged(rig: IdCardRig) -> list[object]:
    said: list[object] = []
    for fault in (
        IdReaderFault.REFUSED,
        IdReaderFault.REFUSED,
        IdReaderFault.NOT_IDENTITY,
        IdReaderFault.DAMAGED,
    ):
        rig.place("D07")
        rig.fault(fault)
        said.append(rig.outcome())
        rig.lift()
        said.append(rig.outcome())
    return said


def cured(rig: IdCardRig) -> list[object]:
    said: list[object] = []
    for fault in (IdReaderFault.SELF_TEST, IdReaderFault.HUNG):
        rig.place("D07")
        rig.fault(fault)
        said.append(rig.outcome())
        rig.lift()
        rig.removed()
    return said


def unlicensed(rig: IdCardRig) -> list[object]:
    rig.license(valid=False)
    said: list[object] = [rig.outcome(), rig.driver.check()]
    rig.license(valid=True)
    return [*said, rig.driver.check()]


def left(rig: IdCardRig) -> list[object]:
    rig.place("D07")
    said: list[object] = [rig.outcome(), rig.outcome(), rig.removed(), rig.outcome()]
    rig.lift()
    said.append(rig.outcome())
    rig.place("D08")
    return [*said, rig.outcome()]


def silent(rig: IdCardRig) -> list[object]:
    """Replies that never come whole; only where waiting costs nothing."""
    said: list[object] = [rig.driver.check()]
    for fault in (
        IdReaderFault.MUTE,
        IdReaderFault.TRUNCATE,
        IdReaderFault.SLOW,
        IdReaderFault.LIFTED_TRUNCATED,
    ):
        rig.place("D07")
        rig.fault(fault)
        said.append(rig.outcome())
        rig.lift()
        rig.removed()
    rig.fault(IdReaderFault.MUTE)
    rig.fault(IdReaderFault.MUTE)
    return [*said, rig.outcome(), rig.driver.check()]


def unplugged(rig: IdCardRig) -> list[object]:
    """The cable is pulled before each request of a reading, and comes back under another name."""
    said: list[object] = []
    for request in range(5):  # find, select, read twice, newest address
        rig.place("D07")
        rig.unplug_at(request)
        said.append(rig.outcome())
        rig.plug()
        rig.lift()
        said += [rig.driver.check(), rig.driver.sam_number]
        rig.place("D08")
        said.append(rig.outcome())
        rig.lift()
        said.append(rig.removed())
    return said


LOST, LEFT, MOVED = Failure.READER_LOST, Failure.CARD_LEFT, Failure.CARD_MOVED
STORIES: dict[Story, list[object]] = {
    every_kind: [
        *(number("D07"), True, number("D08"), True, number("D09"), True, number("D10"), True),
        *(Failure.CARD_EXPIRED, True, number("D12"), True),
    ],
    no_card: ["", True, None, SAM_ID],
    bad_line: [number("D07"), number("D08")] * 3,
    damaged_reading: [number("D08")] * 3,
    flipped: [number("D07")],
    lifted: [MOVED, True, number("D07")],
    judged: [
        *(Failure.CARD_REFUSED, "", Failure.CARD_REFUSED_AGAIN, ""),
        *(Failure.CARD_NOT_IDENTITY, "", Failure.CARD_DAMAGED, ""),
    ],
    cured: [number("D07")] * 2,
    unlicensed: [Failure.READER_NOT_LICENSED, Failure.READER_NOT_LICENSED, None],
    left: [number("D07"), LEFT, False, LEFT, "", number("D08")],
    silent: [None, number("D07"), number("D07"), number("D07"), MOVED, LOST, None],
    unplugged: [LOST, None, SAM_ID, number("D08"), True] * 5,
}
NEEDS_A_JUMPING_CLOCK = (silent,)  # on a real wire a silence takes its whole time-out
CASES = [
    pytest.param(way, story, id=f"{way}: {story.__name__}")
    for way in WAYS
    for story in STORIES
    if story not in NEEDS_A_JUMPING_CLOCK or way not in {"pty", "tcp"}
]


def played(way: str, story: Story, folder: Path) -> tuple[IdCardRig, list[object]]:
    """Let the story happen one way."""
    rig: IdCardRig
    match way:
        case "pty":
            rig = ReaderOnWire(where=folder / "idcard")
        case "tcp":
            rig = ReaderOnWire(where=0)
        case "replay":
            recording = Recording()
            story(recording)
            recording.close()
            rig = ReplayedReader(lines=recording.lines)
        case _:
            rig = ReaderInProcess(finds_again="again" in way)
    try:
        return rig, story(rig)
    finally:
        rig.close()


@pytest.mark.parametrize(("way", "story"), CASES)
def test_contract(way: str, story: Story, tmp_path: Path) -> None:
    rig, said = played(way, story, tmp_path)
    expected = STORIES[story]
    if rig.redacted:
        # In a recording every card has become one of an invented person.
        expected = [_stand_in(one) for one in expected]
    assert said == expected


STAND_INS = {
    **{number(resident): number("D07") for resident in ("D07", "D08", "D09")},
    Failure.CARD_EXPIRED: "810000196203150016",
    number("D10"): "XAB341600020200",
    number("D12"): "934999196203150018",
}


def _stand_in(said: object) -> object:
    return STAND_INS.get(said, said) if isinstance(said, str) else said


@pytest.mark.parametrize("where", ["pty", "tcp", "memory"])
def test_a_reader_that_stays_away_stays_lost(where: str, tmp_path: Path) -> None:
    rig = (
        ReaderInProcess()
        if where == "memory"
        else ReaderOnWire(where=tmp_path / "x" if where == "pty" else 0)
    )
    try:
        rig.place("D07")
        rig.unplug()
        said = [rig.outcome(), rig.outcome(), rig.driver.check(), rig.removed()]
        assert said == [LOST, LOST, LOST, False]
        rig.plug()
        # Nobody has seen whether the reader is empty now.
        assert rig.outcome() == LEFT
        rig.lift()
        assert rig.outcome() == ""
        rig.place("D07")
        assert rig.outcome() == number("D07")
    finally:
        rig.close()


def test_a_lost_reader_is_told_within_a_second_and_ready_within_three() -> None:
    rig = ReaderInProcess()
    for request in range(5):
        rig.place("D07")
        rig.unplug_at(request)
        pulled: list[float] = []
        rig.actions[request] = lambda: (rig.unplug(), pulled.append(rig.time.now))  # noqa: B023
        assert rig.outcome() == LOST
        assert rig.time.now - pulled[0] <= 1.0
        rig.plug()
        plugged = rig.time.now
        assert rig.driver.check() is None
        assert rig.time.now - plugged <= 3.0
        rig.lift()
        rig.removed()


def test_a_reader_that_comes_back_at_another_speed_is_found_within_three_seconds() -> None:
    rig = ReaderInProcess()
    assert rig.driver.check() is None
    for baud in (9600, 115200, 38400):
        rig.driver.close()
        rig.port.samv.baud = baud
        began = rig.time.now
        assert rig.driver.check() is None
        assert rig.time.now - began <= 3.0


def test_the_port_has_another_name_after_the_plug(tmp_path: Path) -> None:
    rig = ReaderOnWire(where=tmp_path / "idcard")
    try:
        before = (tmp_path / "idcard").resolve()
        assert rig.driver.check() is None
        rig.unplug()
        rig.plug()
        assert (tmp_path / "idcard").resolve() != before
        assert rig.driver.check() is LOST  # the old tty is gone; the next call opens the new one
        assert rig.driver.check() is None
        assert rig.driver.sam_number == SAM_ID
    finally:
        rig.close()
