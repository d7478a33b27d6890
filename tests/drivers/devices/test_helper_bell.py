"""The helper's desk rings until somebody answers or it is called off."""

from __future__ import annotations

import queue
import socket

import pytest

from drivers.devices.helper_bell import HelperBellDevice, NoBell
from drivers.simulated.helper_desk import HelperDesk
from kiosk.ports import Bell

LIMIT = 30  # seconds that only a bug reaches


@pytest.fixture
def told():
    return queue.Queue()


@pytest.fixture
def desk():
    desk = HelperDesk()
    yield desk
    desk.close()


def bell_at(url):
    return HelperBellDevice(url, "BZ-0001", "BZ-DEMO", ring_seconds=0.01)


def test_it_rings_on_until_somebody_answers(desk, told):
    bell = bell_at(desk.url)
    bell.ring(told.put)
    assert told.get(timeout=LIMIT) is Bell.RINGING
    assert desk.await_rings(5, LIMIT)
    desk.answer(b"wait\ncom")
    desk.answer(b"ing\n")
    assert told.get(timeout=LIMIT) is Bell.COMING
    assert desk.await_hung_up(1, LIMIT)
    bell.stop()
    assert told.empty()
    assert desk.rings[0] == {"ring": "BZ-0001", "point": "BZ-DEMO"}, "and nothing of a person"


def test_it_is_called_off(desk, told):
    bell = bell_at(desk.url)
    bell.ring(told.put)
    assert told.get(timeout=LIMIT) is Bell.RINGING  # once stopped, it would not be told
    bell.stop()
    bell.stop()
    assert desk.await_hung_up(1, LIMIT)
    assert told.empty()


def test_a_second_call_takes_the_place_of_the_first(desk, told):
    bell = bell_at(desk.url)
    bell.ring(told.put)
    assert desk.await_rings(1, LIMIT)
    assert told.get(timeout=LIMIT) is Bell.RINGING  # or the second call would silence it
    bell.ring(told.put)
    assert desk.await_hung_up(1, LIMIT)
    assert desk.await_rings(len(desk.rings) + 1, LIMIT)
    desk.answer()
    assert [told.get(timeout=LIMIT) for _ in range(2)] == [Bell.RINGING, Bell.COMING]
    bell.stop()


def test_a_desk_that_can_not_be_reached_is_tried_again(told):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    bell = bell_at(f"tcp://127.0.0.1:{port}")
    bell.ring(told.put)
    assert told.get(timeout=LIMIT) is Bell.UNHEARD
    desk = HelperDesk(port)
    assert told.get(timeout=LIMIT) is Bell.RINGING
    desk.close()
    assert told.get(timeout=LIMIT) is Bell.UNHEARD
    bell.stop()


def test_a_desk_that_talks_nonsense_is_no_answer(desk, told):
    bell = bell_at(desk.url)
    bell.ring(told.put)
    assert told.get(timeout=LIMIT) is Bell.RINGING
    assert desk.await_rings(1, LIMIT)
    desk.answer(b"\xff" * 1000)
    assert told.get(timeout=LIMIT) is Bell.UNHEARD
    assert told.get(timeout=LIMIT) is Bell.RINGING
    bell.stop()


def test_without_a_bell_nothing_rings(told):
    bell = NoBell()
    bell.ring(told.put)
    bell.stop()
    assert told.empty()
