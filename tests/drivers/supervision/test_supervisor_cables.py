"""A real cable is pulled and plugged: names, cards, networks, threads."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from drivers.registry import open_reader_port
from drivers.stable_names import SystemTree, what_lies_at
from drivers.supervision.life import DeviceCondition
from drivers.supervision.ports import SupervisedReader
from drivers.supervisor import Supervisor
from kiosk.failures import Failure
from tests.drivers.devices.id_card.id_card_rigs import ReaderOnWire
from tests.drivers.devices.scripted import SAM_ID
from tests.drivers.supervision.watched_reader import (
    BRISK,
    FIND,
    GREET,
    LIMIT,
    LOST,
    NUMBER,
    PULLS,
    READ,
    SELECT,
    SELF_TEST,
    C,
    WatchedWorker,
    never,
    number_of,
    plan_of,
)
from tests.drivers.vectors import ALL


@pytest.fixture
def wired(tmp_path: Path) -> Iterator[WatchedWorker]:
    rig = ReaderOnWire(where=tmp_path / "idcard")
    where = lambda: what_lies_at(str(tmp_path / "idcard"), SystemTree())  # noqa: E731
    found = WatchedWorker(rig, plan_of(rig, where, BRISK))
    yield found
    found.worker.leave()
    assert found.worker.ended(LIMIT)
    rig.close()


def straight(told: list[DeviceCondition]) -> bool:
    return told[-3:] == [C.OPENING, C.SELF_TEST, C.READY]


@contextmanager
def occupied(name: Path) -> Iterator[None]:
    """Keep the number of a pty that was given up from being given out again."""
    with ExitStack() as taken:
        number = -1
        while number < int(name.name):
            for one in (ends := os.openpty()):
                taken.callback(os.close, one)
            number = int(Path(os.ttyname(ends[1])).name)
        yield


@pytest.mark.parametrize("state", PULLS)
def test_pulled_and_plugged_under_another_name(wired: WatchedWorker, state: str, tmp_path: Path):
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
    with occupied(before):
        rig.plug()
        assert straight(wired.until(C.READY))
    assert rig.where.resolve() != before
    assert rig.driver.sam_number == SAM_ID
    assert device.check() is None
    assert wired.bugs == []


def test_a_card_lies_there_while_the_reader_comes_back(wired: WatchedWorker):
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
    rig = ReaderOnWire()
    url = rig.reader.url.replace("tcp", scheme)
    rig.start(lambda: open_reader_port(url, 115200))
    found = WatchedWorker(rig, plan_of(rig, lambda: url, replace(BRISK, heartbeat=1e9)))
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


def test_threads_and_files_are_given_back(tmp_path: Path):
    threads = threading.active_count()
    files = len(list(Path("/proc/self/fd").iterdir()))
    for round_ in range(5):
        rig = ReaderOnWire(where=tmp_path / f"idcard{round_}")
        plan = plan_of(rig, lambda: "there", BRISK)
        watched = WatchedWorker(rig, plan)
        all_of_them = Supervisor({"idcard": watched.worker})
        all_of_them.start()
        watched.until(C.READY)
        assert all_of_them.lives()["idcard"].counters.opened == 1
        assert all_of_them.stop() == ()
        rig.close()
    assert threading.active_count() <= threads
    assert len(list(Path("/proc/self/fd").iterdir())) <= files
