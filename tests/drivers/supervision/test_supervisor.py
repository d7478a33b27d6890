"""Each device lives its own life: pulled in every state, hanging, mute, and back again."""

from __future__ import annotations

from typing import Any

import pytest

from drivers.devices.id_card_reader import ReadOptions
from drivers.simulated.cards.id_card_reader import IdReaderFault
from drivers.supervision.life import SupervisionPace
from drivers.supervision.worker import SupervisionContext
from drivers.supervisor import Changes
from drivers.transports.transport import DeviceLostError, Loss
from kiosk.failures import Failure
from tests.drivers.devices.scripted import SAM_ID
from tests.drivers.supervision.watched_reader import (
    LOST,
    NUMBER,
    PULLS,
    C,
    Jumping,
    never,
    number_of,
    plan_of,
    pulled,
    turned,
)


@pytest.mark.parametrize("state", PULLS)
def test_a_fault_within_a_second_and_ready_within_three_after_the_plug(state):
    desk = Jumping.desk()
    assert pulled(desk, state) is LOST
    if state == "absent":
        assert desk.worker.life.condition is C.ABSENT
        assert desk.worker.life.counters.faults == 0
    else:
        assert desk.worker.life.condition is C.FAULT
        assert desk.worker.life.since - desk.pulled_at <= 1.0
    desk.pass_time(30.0)
    assert desk.worker.life.condition in (C.ABSENT, C.OPENING)
    desk.plug()
    plugged = desk.rig.time.now
    assert desk.turn_until(C.READY) - plugged <= 3.0
    assert desk.rig.driver.sam_number == SAM_ID
    assert desk.worker.failure() is None
    assert desk.bugs == []


def test_a_reader_plugged_anew_between_two_looks_is_opened_anew():
    desk = Jumping.desk()
    desk.turn_until(C.READY)
    opened = desk.worker.life.counters.opened
    desk.plug()  # another name, and the port never failed
    desk.turn_until(C.FAULT, 1.0)
    assert desk.turn_until(C.READY, 3.0)
    assert desk.worker.life.counters.opened == opened + 1


def test_a_port_that_dies_under_a_name_that_stays():
    desk = Jumping.desk()
    desk = Jumping(desk.rig, plan_of(desk.rig, lambda: "a box on the network", SupervisionPace()))
    desk.turn_until(C.READY)
    desk.pull()
    desk.turn_until(C.FAULT, 1.0)
    desk.plug()
    desk.turn_until(C.READY, 3.0)


def test_a_mute_reader_is_gone_after_three_misses():
    desk = Jumping.desk()
    ready_at = desk.turn_until(C.READY)
    for _ in range(20):
        desk.rig.fault(IdReaderFault.MUTE)
    gone_at = desk.turn_until(C.FAULT)
    counters = desk.worker.life.counters
    assert (counters.missed, counters.faults) == (3, 1)
    beat, limits = SupervisionPace().heartbeat, desk.rig.driver._limits
    assert gone_at - ready_at == pytest.approx(beat + 3 * limits.reply + 2 * 1.0, abs=0.5)


def test_one_missed_heartbeat_is_no_fault():
    desk = Jumping.desk()
    desk.turn_until(C.READY)
    desk.rig.fault(IdReaderFault.MUTE)
    desk.pass_time(30.0)
    counters = desk.worker.life.counters
    assert (counters.missed, counters.faults) == (1, 0)
    assert desk.worker.failure() is None


def test_heartbeats_come_every_ten_seconds_and_only_while_idle():
    desk = Jumping.desk()
    desk.turn_until(C.READY)
    port = desk.rig.port
    port.requests.clear()
    desk.pass_time(65.0)
    assert port.requests == [b"\x11\xff"] * 6  # status, cards.md §1.3
    port.requests.clear()
    turned(desk, lambda reader, cancelled: reader.read(cancelled))
    assert b"\x11\xff" not in port.requests


def test_another_reader_than_the_one_that_belongs_here():
    desk = Jumping.desk()
    desk.rig.start(desk.rig.open, ReadOptions(sam_number="05.03-20990101-0000000001-0000000001"))
    desk = Jumping(desk.rig, plan_of(desk.rig, lambda: "tty0", SupervisionPace()))
    desk.turn_until(C.FAULT)
    assert desk.worker.failure() is Failure.READER_SWAPPED
    desk.rig.place("D07")
    assert turned(desk, lambda reader, c: reader.read(c)) is Failure.READER_SWAPPED


def test_who_wants_a_lost_reader_has_it_tried_at_once():
    desk = Jumping.desk()
    desk.pull()
    desk.pass_time(60.0)
    assert desk.worker.life.due - desk.rig.time.now > 1.0
    desk.names, _ = 1, desk.rig.plug()
    desk.rig.place("D07")
    answer = desk.worker.submit(lambda reader, c: reader.read(c), never)
    desk.worker.turn()
    assert number_of(answer.result(0)) == NUMBER


def test_a_port_that_is_probed_for_ten_seconds_is_waited_for():
    """ModemManager holds a port that was just plugged in, and leaves its bytes there."""
    desk = Jumping.desk()
    plugged, line = desk.rig.time.now, desk.rig.port.line

    def open_port() -> Any:
        if desk.rig.time.now - plugged < 10.0:
            raise DeviceLostError("held", Loss.BUSY)
        return desk.rig.open()

    desk.rig.start(open_port)
    desk = Jumping(desk.rig, plan_of(desk.rig, lambda: "tty0", SupervisionPace()))
    send = line.send
    line.send = lambda burst: send(b"AT\r\n" + burst)
    desk.turn_until(C.FAULT)
    assert desk.worker.failure() is Failure.READER_BUSY
    desk.turn_until(C.READY, 22.0)
    assert desk.rig.driver.sam_number == SAM_ID


def test_a_card_that_fails_is_no_fault_of_the_reader():
    desk = Jumping.desk()
    desk.turn_until(C.READY)
    desk.rig.place("D07")
    desk.rig.fault(IdReaderFault.NOT_IDENTITY)
    assert turned(desk, lambda reader, c: reader.read(c)) is Failure.CARD_NOT_IDENTITY
    assert desk.worker.life.condition is C.READY


def test_a_bug_in_the_work_is_raised_where_it_was_asked_for():
    desk = Jumping.desk()
    desk.turn_until(C.READY)
    answer = desk.worker.submit(lambda *_: 1 / 0, never)
    desk.worker.turn()
    with pytest.raises(ZeroDivisionError):
        answer.result(0)
    assert desk.worker.life.condition is C.FAULT  # nobody knows what the bug left behind
    desk.turn_until(C.READY, 3.0)


def test_a_bug_in_the_driver_is_told_and_the_device_is_a_fault():
    desk = Jumping.desk()
    desk.plan.device.open = lambda: 1 / 0
    desk.turn_until(C.FAULT)
    assert [type(bug) for bug in desk.bugs] == [ZeroDivisionError]
    desk = Jumping.desk()
    desk.turn_until(C.READY)
    desk.plan.device.pulse = lambda: 1 / 0
    desk.turn_until(C.FAULT)
    assert {type(bug) for bug in desk.bugs} == {ZeroDivisionError}


def test_a_bug_in_looking_for_a_device_ends_no_thread():
    desk = Jumping.desk()
    names = iter(["tty0", "tty0"])
    desk = Jumping(desk.rig, plan_of(desk.rig, lambda: next(names), SupervisionPace()))
    desk.turn_until(C.READY)
    desk.turn_until(C.FAULT)
    assert {type(bug) for bug in desk.bugs} == {StopIteration}


def test_only_changes_are_told(caplog: pytest.LogCaptureFixture):
    told: list[tuple[str, Failure | None]] = []
    changes = Changes(lambda *what: told.append(what))
    desk = Jumping.desk()
    desk.worker._outside = SupervisionContext(
        desk.rig.monotonic, lambda: 0.0, changes.tell, desk.bugs.append
    )
    desk.turn_until(C.READY)
    turned(desk, lambda reader, c: reader.check())
    desk.pull()
    desk.pass_time(30.0)
    desk.plug()
    desk.turn_until(C.READY)
    assert told == [("idcard", None), ("idcard", LOST), ("idcard", None)]
    assert [one.getMessage() for one in caplog.records] == [
        "idcard: reader_lost",
        "idcard: ready",
    ]
