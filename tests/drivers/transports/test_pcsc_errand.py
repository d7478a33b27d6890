"""A call that is left behind stays alone until all that belongs to it is over."""

from __future__ import annotations

import threading

import pytest

from drivers.transports.pcsc import SlotLostError, SlotTrouble
from drivers.transports.pcsc_errand import ErrandThread

LIMIT = 30.0


def test_nothing_new_begins_while_a_left_call_is_cleaned_up_after() -> None:
    errands = ErrandThread("errand")
    came_back, cleaning, cleaned = threading.Event(), threading.Event(), threading.Event()

    def clean_up() -> None:
        cleaning.set()
        cleaned.wait(LIMIT)

    with pytest.raises(SlotLostError):
        errands.run(lambda: came_back.wait(LIMIT), 0.01)
    (thread,) = [one for one in threading.enumerate() if one.name == "errand"]
    errands.close(clean_up, 0.0)
    came_back.set()
    assert cleaning.wait(LIMIT)
    with pytest.raises(SlotLostError) as caught:
        errands.run(lambda: "new", LIMIT)
    assert caught.value.trouble is SlotTrouble.STUCK
    cleaned.set()
    thread.join(LIMIT)
    assert errands.run(lambda: "new", LIMIT) == "new"
    errands.close(lambda: None, LIMIT)


def test_what_a_call_raises_belongs_to_who_asked() -> None:
    errands = ErrandThread("errand")
    with pytest.raises(ZeroDivisionError):
        errands.run(lambda: 1 / 0, LIMIT)
    assert errands.run(lambda: "next", LIMIT) == "next"
    errands.close(lambda: None, LIMIT)
    errands.close(lambda: None, LIMIT)
