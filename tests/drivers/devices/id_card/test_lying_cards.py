"""The driver tells a card that still lies there from a lifted one. Over a real pty."""

from __future__ import annotations

import time
from contextlib import closing
from datetime import date
from typing import TYPE_CHECKING

import pytest

from drivers.devices.card_mark import MarkFile
from drivers.devices.id_card_reader import CardReader
from drivers.devices.sam_timing import SamTimeouts
from drivers.simulated.cards.card_chip import CardChip
from drivers.simulated.cards.id_card_reader import SimulatedIdCardReader
from drivers.simulated.cards.samv import Samv
from drivers.transports.serial_url import SerialUrl
from kiosk.failures import Failure
from kiosk.people.identity import IdCard
from tests.drivers.vectors import ALL

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_REPLY = bytes.fromhex(ALL["D07"]["reply_hex"])
CHIP = CardChip(_REPLY[14:270], _REPLY[270:1294])
PATIENT = SamTimeouts(reply=20.0, read=20.0, whole_read=60.0, answer=20.0, repeated=0.0)
LOOKS = 12


class Bench:
    """Driver and reader; nothing waits, and a hand acts at a given pause of the driver."""

    def __init__(self, link: Path, samv: Samv) -> None:
        self.reader = SimulatedIdCardReader(link, samv, sleep=lambda _: None)
        self.reader.plug()
        self.pauses = 0
        self.actions: dict[int, Callable[[], None]] = {}
        self.driver = self._start()

    def _start(self) -> CardReader:
        link = self.reader.link
        return CardReader(
            lambda: SerialUrl(str(link), 115200, time.monotonic),
            time.monotonic,
            self._pause,
            lambda: date(2026, 11, 23),
            limits=PATIENT,
            mark=MarkFile(link.with_name("card_lies")),
        )

    def restart(self) -> None:
        """The kiosk is killed and started again; the reader keeps its power."""
        self.driver.close()
        self.driver = self._start()

    def _pause(self, _seconds: float) -> None:
        self.pauses += 1
        if action := self.actions.pop(self.pauses, None):
            action()

    def after_pauses(self, count: int, action: Callable[[], None]) -> None:
        self.actions[self.pauses + count] = action

    def tired(self) -> Callable[[], bool]:
        """A `cancelled` that becomes true after some looks at the reader."""
        until = self.pauses + LOOKS
        return lambda: self.pauses >= until

    def reads(self) -> bool:
        """Read; False when there was none, or when she was told to take the earlier one away."""
        found = self.driver.read(self.tired())
        assert found in {None, Failure.CARD_LEFT} or isinstance(found, IdCard)
        return isinstance(found, IdCard)

    def asks_to_lift(self) -> bool:
        return self.driver.read(self.tired()) is Failure.CARD_LEFT

    def close(self) -> None:
        self.driver.close()
        self.reader.unplug()


@pytest.fixture(params=[False, True], ids=["silent after a read", "found again"])
def bench(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Bench]:
    with closing(Bench(tmp_path / "idcard", Samv(finds_again=request.param))) as bench:
        yield bench


def test_removal_waits_until_the_card_is_lifted(bench: Bench) -> None:
    bench.reader.place_card(CHIP)
    assert bench.reads()
    assert not bench.driver.wait_removed(bench.tired())
    lifted: list[int] = []

    def lift() -> None:
        bench.reader.lift_card()
        lifted.append(bench.pauses)

    bench.after_pauses(LOOKS // 2, lift)
    assert bench.driver.wait_removed(bench.tired())
    assert lifted
    assert bench.pauses - lifted[0] <= 3  # a reset, and two looks


def test_a_card_lifted_before_is_seen_lifted(bench: Bench) -> None:
    bench.reader.place_card(CHIP)
    assert bench.reads()
    bench.reader.lift_card()
    assert bench.driver.wait_removed(bench.tired())


def test_going_back_does_not_read_the_card_that_still_lies_there(bench: Bench) -> None:
    bench.reader.place_card(CHIP)
    assert bench.reads()
    assert bench.asks_to_lift()
    assert not bench.reads()
    bench.reader.lift_card()
    assert not bench.reads()
    bench.reader.place_card(CHIP)
    assert bench.reads()


def test_a_card_of_before_the_restart_is_read_only_when_it_is_laid_again(bench: Bench) -> None:
    bench.reader.place_card(CHIP)
    assert bench.reads()
    bench.restart()
    assert bench.asks_to_lift()
    bench.restart()
    assert not bench.reads()
    bench.reader.lift_card()
    assert not bench.reads()
    bench.reader.place_card(CHIP)
    assert bench.reads()


def test_a_restart_without_a_card_asks_nothing(bench: Bench) -> None:
    bench.reader.place_card(CHIP)
    assert bench.reads()
    bench.reader.lift_card()
    assert bench.driver.wait_removed(bench.tired())
    bench.restart()
    bench.reader.place_card(CHIP)
    assert bench.reads()


def test_a_card_left_behind_is_read_only_when_it_is_laid_again(bench: Bench) -> None:
    bench.reader.place_card(CHIP)
    assert bench.reads()
    assert not bench.driver.wait_removed(bench.tired())
    assert not bench.reads()
    bench.after_pauses(2, bench.reader.lift_card)
    assert not bench.reads()
    bench.reader.place_card(CHIP)
    assert bench.reads()
    bench.reader.lift_card()
    assert bench.driver.wait_removed(bench.tired())


def test_a_card_left_behind_is_lifted_and_laid_in_one_visit(bench: Bench) -> None:
    bench.reader.place_card(CHIP)
    assert bench.reads()
    assert not bench.driver.wait_removed(bench.tired())
    assert bench.asks_to_lift()
    bench.after_pauses(2, bench.reader.lift_card)
    bench.after_pauses(7, lambda: bench.reader.place_card(CHIP))
    assert bench.reads()
    assert bench.pauses >= 7
