"""Each device lives its own life: pulled in every state, hanging, mute, and back again."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from drivers.devices import sam_verdicts
from drivers.devices.id_card_reader import CardReader, ReadOptions
from drivers.registry import open_reader_port
from drivers.simulated.cards.id_card_reader import IdReaderFault
from drivers.stable_names import SystemTree, what_lies_at
from drivers.supervision.life import DeviceCondition, Life, SupervisionPace
from drivers.supervision.ports import SupervisedReader
from drivers.supervision.worker import SupervisionContext, SupervisionPlan, Worker
from drivers.supervisor import Changes, Supervisor
from drivers.transports.transport import DeviceLostError, Loss
from kiosk.failures import Failure
from kiosk.people.identity import IdCard
from tests.drivers.devices.id_card.id_card_rigs import InProcess, OnWire, Rig
from tests.drivers.devices.scripted import SAM_ID
from tests.drivers.vectors import ALL

LOST = Failure.READER_LOST
C = DeviceCondition
NUMBER = str(ALL["D07"]["expect"]["id_number"])
LIMIT = 30.0  # only a bug reaches it
BRISK = SupervisionPace(
    look=0.005, heartbeat=5.0, after_miss=0.01, first_pause=0.01, longest_pause=0.02
)
# What goes over the wire: status and SAM number at the opening, status for the self-test, then
# find, select, read, newest address.
GREET, SELF_TEST = 0, 2
FIND, SELECT, READ, ADDRESS = range(4)


def never() -> bool:
    return False


def number_of(found: object) -> object:
    return found.number if isinstance(found, IdCard) else found


@dataclass
class Watched:
    """One worker, and each condition that it told of."""

    rig: Rig
    plan: SupervisionPlan[CardReader]
    told: queue.SimpleQueue[DeviceCondition] = field(default_factory=queue.SimpleQueue)
    bugs: list[BaseException] = field(default_factory=list)

    def __post_init__(self) -> None:
        outside = SupervisionContext(self.rig.monotonic, lambda: 0.0, self.tell, self.bugs.append)
        self.worker = Worker(self.plan, outside)

    def tell(self, _name: str, life: Life) -> None:
        self.told.put(life.condition)

    def until(self, condition: DeviceCondition) -> list[DeviceCondition]:
        """All that is told up to that condition."""
        found = [self.told.get(timeout=LIMIT)]
        while found[-1] is not condition:
            found.append(self.told.get(timeout=LIMIT))
        return found


def plan_of(rig: Rig, where: Any, pace: SupervisionPace) -> SupervisionPlan[CardReader]:
    return SupervisionPlan("idcard", rig.driver, where, LOST, sam_verdicts.OF_THE_READER, pace)


# in process, where a clock jumps: how long does it take?


@dataclass
class Jumping(Watched):
    """Rounds are gone by hand, and time passes only between them and in the simulated reader."""

    pulled_at: float = 0.0
    names: int = 0

    @classmethod
    def desk(cls) -> Jumping:
        rig = InProcess()
        found = cls(rig, plan_of(rig, lambda: found.name(), SupervisionPace()))  # noqa: PLW0108 - made here
        return found

    def name(self) -> str:
        return f"tty{self.names}" if self.rig.port.plugged else ""

    def pull(self) -> None:
        self.rig.unplug()
        self.pulled_at = self.rig.time.now

    def pull_at(self, request: int) -> None:
        self.rig.actions[:] = [None] * request + [self.pull]

    def plug(self) -> None:
        self.names += 1
        self.rig.plug()

    def pass_time(self, seconds: float) -> None:
        until = self.rig.time.now + seconds
        while self.rig.time.now < until:
            self.worker.turn()
            self.rig.time.now += 0.01

    def turn_until(self, condition: DeviceCondition, seconds: float = 60.0) -> float:
        """Turn until then; return the instant. What is slower is a failure."""
        until = self.rig.time.now + seconds
        while self.worker.life.condition is not condition:
            assert self.rig.time.now < until, self.worker.life
            self.worker.turn()
            self.rig.time.now += 0.01
        return self.worker.life.since


PULLS = ("absent", "opening", "self_test", "ready", "find", "select", "read", "wait_removal")


def pulled(desk: Jumping, state: str) -> object:
    """Pull the cable in that state; return what the one who used it was told."""
    rig, worker = desk.rig, desk.worker
    if state == "absent":
        desk.pull()
        desk.pass_time(20.0)
        return worker.failure()
    if state in ("opening", "self_test"):
        desk.pull_at(GREET if state == "opening" else SELF_TEST)
        desk.turn_until(C.FAULT)
        return worker.failure()
    desk.turn_until(C.READY)
    if state == "ready":
        desk.pull()
        desk.turn_until(C.FAULT, 1.0)
        return worker.failure()
    rig.place("D07")
    if state == "wait_removal":
        assert number_of(turned(desk, lambda r, c: r.read(c))) == NUMBER
        desk.pull_at(1)
        return turned(desk, lambda r, c: r.wait_lifted(c))
    desk.pull_at({"find": FIND, "select": SELECT, "read": READ}[state])
    return turned(desk, lambda r, c: r.read(c))


def turned(desk: Jumping, work: Any) -> object:
    answer = desk.worker.submit(work, desk.rig.tired())
    desk.worker.turn()
    return answer.result(0)


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


# over a pty, with the worker's own thread: what comes after what?


@pytest.fixture
def wired(tmp_path: Path) -> Iterator[Watched]:
    rig = OnWire(where=tmp_path / "idcard")
    where = lambda: what_lies_at(str(tmp_path / "idcard"), SystemTree())  # noqa: E731
    found = Watched(rig, plan_of(rig, where, BRISK))
    yield found
    found.worker.leave()
    assert found.worker.ended(LIMIT)
    rig.close()


def straight(told: list[DeviceCondition]) -> bool:
    return told[-3:] == [C.OPENING, C.SELF_TEST, C.READY]


@pytest.mark.parametrize("state", PULLS)
def test_pulled_and_plugged_under_another_name(wired: Watched, state: str, tmp_path: Path):
    rig, worker = wired.rig, wired.worker
    device = SupervisedReader(worker, time.sleep)
    before = rig.where.resolve()
    if state == "absent":
        rig.unplug()
    elif state == "opening":
        rig.unplug_at(GREET)
    elif state == "self_test":
        rig.unplug_at(SELF_TEST)
    worker.start()
    if state == "absent":
        assert wired.until(C.ABSENT) == [C.OPENING, C.ABSENT]
    elif state == "opening":
        assert wired.until(C.FAULT) == [C.OPENING, C.FAULT]
    elif state == "self_test":
        assert wired.until(C.FAULT) == [C.OPENING, C.SELF_TEST, C.FAULT]
    else:
        assert wired.until(C.READY) == [C.OPENING, C.SELF_TEST, C.READY]
        rig.place("D07")
        if state == "ready":
            rig.unplug()
            assert wired.until(C.FAULT) == [C.FAULT]
        elif state == "wait_removal":
            assert number_of(device.read(never)) == NUMBER
            rig.unplug_at(1)
            over = threading.Event()
            waiting = threading.Thread(target=device.wait_removed, args=(over.is_set,))
            waiting.start()
            assert wired.until(C.FAULT) == [C.BUSY, C.READY, C.BUSY, C.FAULT]
            over.set()
            waiting.join(LIMIT)
            assert not waiting.is_alive()
        else:
            rig.unplug_at({"find": FIND, "select": SELECT, "read": READ}[state])
            assert device.read(never) is LOST
            assert wired.until(C.FAULT) == [C.BUSY, C.FAULT]
    assert device.check() is LOST
    rig.plug()
    assert straight(wired.until(C.READY))
    assert rig.where.resolve() != before
    assert rig.driver.sam_number == SAM_ID
    assert device.check() is None
    assert wired.bugs == []


def test_a_card_lies_there_while_the_reader_comes_back(wired: Watched):
    """What lay there when the cable was pulled must be lifted before anybody is read."""
    rig, device = wired.rig, SupervisedReader(wired.worker, time.sleep)
    wired.worker.start()
    wired.until(C.READY)
    rig.place("D07")
    assert number_of(device.read(never)) == NUMBER
    rig.unplug()
    wired.until(C.FAULT)
    over = threading.Event()
    over.set()
    assert not device.wait_removed(over.is_set)
    rig.plug()
    wired.until(C.READY)
    assert device.read(never) is Failure.CARD_LEFT
    rig.lift()
    assert device.wait_removed(never)
    rig.place("D08")
    assert number_of(device.read(never)) == ALL["D08"]["expect"]["id_number"]


@pytest.mark.parametrize("scheme", ["tcp", "socket"])
def test_an_idle_reader_on_the_network_hangs_up(scheme: str):
    """Its address stays what it is, and no heartbeat is due: the port itself must tell."""
    rig = OnWire()
    url = rig.reader.url.replace("tcp", scheme)
    rig.start(lambda: open_reader_port(url, 115200))
    found = Watched(rig, plan_of(rig, lambda: url, replace(BRISK, heartbeat=1e9)))
    found.worker.start()
    try:
        assert straight(found.until(C.READY))
        rig.unplug()
        assert found.until(C.FAULT) == [C.FAULT]
        rig.plug()
        assert straight(found.until(C.READY))
        assert found.bugs == []
    finally:
        found.worker.leave()
        assert found.worker.ended(LIMIT)
        rig.close()


def test_a_bug_in_looking_for_a_device_ends_no_thread():
    desk = Jumping.desk()
    names = iter(["tty0", "tty0"])
    desk = Jumping(desk.rig, plan_of(desk.rig, lambda: next(names), SupervisionPace()))
    desk.turn_until(C.READY)
    desk.turn_until(C.FAULT)
    assert {type(bug) for bug in desk.bugs} == {StopIteration}


# devices that hang


@dataclass
class Stubborn:
    """A device that hangs in one of its calls until the end of the test."""

    hangs_in: str
    released: threading.Event = field(default_factory=threading.Event)
    entered: threading.Event = field(default_factory=threading.Event)
    in_use = False

    def _call(self, name: str) -> None:
        if name == self.hangs_in:
            self.entered.set()
            self.released.wait(LIMIT)

    def open(self) -> Failure | None:
        self._call("open")
        return None

    def check(self) -> Failure | None:
        self._call("check")
        return None

    def pulse(self) -> bool:
        self._call("pulse")
        return True

    def read(self) -> str:
        self._call("read")
        return "read"

    def close(self) -> None:
        self._call("close")


def worker_of(hangs_in: str = "nowhere", hang: float = LIMIT) -> Worker[Stubborn]:
    pace, device = SupervisionPace(look=0.005, hang=hang), Stubborn(hangs_in)
    plan = SupervisionPlan(hangs_in, device, lambda: "there", LOST, frozenset({LOST}), pace)
    return Worker(
        plan, SupervisionContext(time.monotonic, lambda: 0.0, lambda *_: None, pytest.fail)
    )


@pytest.mark.parametrize("where", ["open", "check", "pulse"])
def test_a_device_that_hangs_for_ever_blocks_nobody(where: str):
    hanging, healthy = worker_of(where, hang=0.02), worker_of()
    all_of_them = Supervisor({"hanging": hanging, "healthy": healthy}, stop_seconds=0.05)
    all_of_them.start()
    device = hanging.plan.device
    try:
        assert device.entered.wait(LIMIT)
        assert hanging.do(lambda one, _: one.read(), never) is LOST
        for _ in range(20):
            assert healthy.do(lambda one, _: one.read(), never) == "read"
        assert healthy.failure() is None
        assert "hanging" in all_of_them.stop()
        assert healthy.ended(LIMIT)
        assert not hanging.ended(0)
    finally:
        device.released.set()
    assert hanging.ended(LIMIT)


def test_work_that_hangs_is_left_behind_when_it_is_cancelled():
    worker = worker_of("read", hang=0.5)
    worker.start()
    device = worker.plan.device
    worker.settle(LIMIT)
    try:
        assert worker.do(lambda one, _: one.read(), device.entered.is_set) is None
        worker.leave()
        assert not worker.ended(0)
    finally:
        device.released.set()
    assert worker.ended(LIMIT)


def test_a_heartbeat_that_hangs_is_told_without_waiting():
    worker = worker_of("pulse", hang=0.02)
    worker.start()
    device = worker.plan.device
    try:
        assert device.entered.wait(LIMIT)
        until = time.monotonic() + LIMIT
        while worker.failure() is None:
            assert time.monotonic() < until
        assert worker.life.condition is C.READY  # so it answered once, and is not believed now
        assert worker.failure() is LOST
    finally:
        device.released.set()
        worker.leave()
    assert worker.ended(LIMIT)


def test_work_that_nobody_wants_any_more_is_not_begun():
    worker = worker_of()
    done: list[int] = []
    answer = worker.submit(lambda *_: done.append(1), never)
    answer.cancel()
    worker.turn()
    assert done == []
    worker.start()
    assert worker.do(lambda one, _: one.read(), never) == "read"
    worker.leave()
    assert worker.ended(LIMIT)
    assert worker.do(lambda one, _: one.read(), never) is None


def test_a_device_that_is_used_without_its_worker_gives_no_answer_none():
    """None means that nobody waits any more."""
    worker = worker_of()
    worker.plan.device.in_use = True
    answer = worker.submit(lambda one, _: one.read(), never)
    worker.turn()
    assert worker.life.condition is C.BUSY
    assert answer.result(LIMIT) is LOST


class Racing(Future[str]):
    """An answer whose work begins between the question whether it runs and its cancelling."""

    def running(self) -> bool:
        was = super().running()
        if not was and not self.done():
            self.set_running_or_notify_cancel()
        return was

    def cancel(self) -> bool:
        cancelled = super().cancel()
        self.set_result("printed")
        return cancelled


def test_work_that_begins_while_it_is_given_up_is_awaited():
    assert worker_of()._await(Racing(), lambda: True) == "printed"


def test_a_worker_that_never_began_can_be_ended():
    worker = worker_of()
    assert worker.failure() is LOST
    worker.leave()
    assert worker.ended(0)


# what is told of it


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


def test_threads_and_files_are_given_back(tmp_path: Path):
    threads = threading.active_count()
    files = len(list(Path("/proc/self/fd").iterdir()))
    for round_ in range(5):
        rig = OnWire(where=tmp_path / f"idcard{round_}")
        plan = plan_of(rig, lambda: "there", BRISK)
        watched = Watched(rig, plan)
        all_of_them = Supervisor({"idcard": watched.worker})
        all_of_them.start()
        watched.until(C.READY)
        assert all_of_them.lives()["idcard"].counters.opened == 1
        assert all_of_them.stop() == ()
        rig.close()
    assert threading.active_count() <= threads
    assert len(list(Path("/proc/self/fd").iterdir())) <= files
