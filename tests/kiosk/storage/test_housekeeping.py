"""The thread of housekeeping: it goes round when woken, and a bug in one task stops no other."""

from __future__ import annotations

import threading

import pytest

from kiosk.storage import housekeeping
from kiosk.storage.housekeeping import Housekeeping

PATIENCE = 60.0


def test_a_bug_in_one_task_is_told_and_the_others_are_done() -> None:
    done: list[str] = []
    bugs: list[BaseException] = []

    def broken() -> None:
        raise LookupError

    Housekeeping((broken, lambda: done.append("second")), bugs.append).run_once()
    assert done == ["second"]
    assert [type(one) for one in bugs] == [LookupError]


def test_a_round_follows_the_interval_and_a_wake(monkeypatch: pytest.MonkeyPatch) -> None:
    rounds = threading.Semaphore(0)
    names: set[str] = set()

    def task() -> None:
        names.add(threading.current_thread().name)
        rounds.release()

    woken = Housekeeping((task,), pytest.fail)
    woken.start()
    woken.wake()
    assert rounds.acquire(timeout=PATIENCE)
    woken.stop()
    assert names == {"housekeeping"}

    monkeypatch.setattr(housekeeping, "INTERVAL_SECONDS", 0.01)
    timed = Housekeeping((task,), pytest.fail)
    timed.start()
    assert rounds.acquire(timeout=PATIENCE)
    timed.stop()


def test_one_that_was_never_started_stops_at_once() -> None:
    Housekeeping((), pytest.fail).stop()
