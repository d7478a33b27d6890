"""A PC/SC reader that is pulled in any state is noticed without a heartbeat, and found again."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from drivers.devices.ss_card_reader import SlotSsCardReader
from drivers.supervision.devices import Unheld
from drivers.supervision.life import DeviceCondition, Life, SupervisionPace
from drivers.supervision.worker import SupervisionContext, SupervisionPlan, Worker
from drivers.supervisor import OF_THE_SS_READER
from drivers.transports.pcsc_library import PcscLite
from drivers.transports.pcsc_slot import PcscSlot
from kiosk.failures import Failure
from kiosk.people.ss_card import SsCard
from tests.drivers.devices.ss_card.ss_card_contract import TODAY, card
from tests.drivers.pcsc_cable import CabledWinscard
from tests.drivers.pcscd import PrivatePcscd

LIMIT = 30.0
# No heartbeat is ever due, and no other pause than those between two looks.
WATCHFUL = SupervisionPace(look=0.01, heartbeat=1e9, first_pause=1e9, longest_pause=1e9)
C = DeviceCondition


class WatchedPcscReader:
    """A worker over the real pcscd, with a cable that can be pulled."""

    def __init__(self, pace: SupervisionPace) -> None:
        self.cable = CabledWinscard(PcscLite())
        slot = PcscSlot("pcsc://", time.monotonic, lambda: self.cable)
        self.reader = SlotSsCardReader(slot, time.monotonic, time.sleep, lambda: TODAY)
        held = Unheld(self.reader, self.reader.close, self.reader.pulse)
        plan = SupervisionPlan(
            "sscard", held, self.reader.where, Failure.READER_LOST, OF_THE_SS_READER, pace
        )
        self.told: queue.SimpleQueue[Life] = queue.SimpleQueue()
        self.bugs: list[BaseException] = []
        outside = SupervisionContext(
            time.monotonic, lambda: 0.0, lambda _, life: self.tell(life), self.bug
        )
        self.worker = Worker(plan, outside)

    def tell(self, life: Life) -> None:
        self.told.put(life)

    def bug(self, bug: BaseException) -> None:
        self.bugs.append(bug)

    def until(self, condition: DeviceCondition) -> Life:
        while (life := self.told.get(timeout=LIMIT)).condition is not condition:
            pass
        return life

    def read(self, cancelled: threading.Event) -> SsCard | Failure | None:
        return self.worker.do(lambda held, ended: held.driver.read(ended), cancelled.is_set)


@pytest.fixture
def watched(pcsc: PrivatePcscd) -> Iterator[WatchedPcscReader]:
    found = WatchedPcscReader(WATCHFUL)
    yield found
    found.worker.leave()
    assert found.worker.ended(LIMIT)
    assert found.bugs == []


def test_pulled_while_it_is_idle(watched: WatchedPcscReader) -> None:
    watched.worker.start()
    watched.until(C.READY)
    watched.cable.pull()
    assert watched.until(C.FAULT).failure is Failure.READER_LOST
    watched.until(C.ABSENT)
    watched.cable.plug()
    assert watched.until(C.READY).failure is None


def test_pulled_while_somebody_waits_for_a_card(
    watched: WatchedPcscReader, pcsc: PrivatePcscd
) -> None:
    watched.worker.start()
    watched.until(C.READY)
    over, found = threading.Event(), queue.SimpleQueue[SsCard | Failure | None]()
    waiting = threading.Thread(target=lambda: found.put(watched.read(over)))
    waiting.start()
    watched.until(C.BUSY)
    watched.cable.pull()
    assert found.get(timeout=LIMIT) is Failure.READER_LOST
    waiting.join(LIMIT)
    watched.cable.plug()
    watched.until(C.READY)
    pcsc.insert(card("D21"))
    assert isinstance(watched.read(over), SsCard)


def test_absent_at_the_start(watched: WatchedPcscReader) -> None:
    watched.cable.pull()
    watched.worker.start()
    assert watched.until(C.ABSENT).failure is Failure.READER_LOST
    watched.cable.plug()
    watched.until(C.READY)


def test_another_reader_in_its_place_between_two_looks(watched: WatchedPcscReader) -> None:
    watched.worker.start()
    opened = watched.until(C.READY).counters.opened
    watched.cable.plug()
    watched.until(C.FAULT)
    # The name has not changed since the fault was seen, so only a due try opens it.
    assert watched.worker.do(lambda held, _: held.driver.check(), lambda: False) is None
    assert watched.worker.life.counters.opened == opened + 1


def test_a_stopped_service_is_told_as_what_it_is(pcsc: PrivatePcscd) -> None:
    watched = WatchedPcscReader(replace(WATCHFUL, first_pause=0.01, longest_pause=0.01))
    watched.worker.start()
    try:
        watched.until(C.READY)
        pcsc.stop()
        while watched.until(C.FAULT).failure is not Failure.PCSC_STOPPED:
            pass
        pcsc.start()
        watched.until(C.READY)
    finally:
        watched.worker.leave()
        assert watched.worker.ended(LIMIT)
    assert watched.bugs == []
