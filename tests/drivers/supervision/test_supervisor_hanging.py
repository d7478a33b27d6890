"""Drivers that hang are left behind and block nobody."""

from __future__ import annotations

import threading
import time
from concurrent.futures import Future
from dataclasses import dataclass, field

import pytest

from drivers.supervision.life import SupervisionPace
from drivers.supervision.worker import SupervisionContext, SupervisionPlan, Worker
from drivers.supervisor import Supervisor
from kiosk.failures import Failure
from tests.drivers.supervision.watched_reader import LIMIT, LOST, C, never


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
