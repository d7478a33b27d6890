"""Keys and the headphone switch are heard, and found again after their cable was pulled."""

from __future__ import annotations

import queue

import pytest

from drivers.devices import headphone_jack, input_device
from drivers.devices.headphone_jack import open_jack
from drivers.devices.input_device import take
from drivers.devices.keypad import open_keypad
from drivers.simulated.input_device import EVENT, SimulatedInput
from kiosk.config.accessibility import KEY_CODES, KeypadSettings, meanings, unknown_keys

LIMIT = 30  # seconds that only a bug reaches


@pytest.fixture(autouse=True)
def _impatient(monkeypatch):
    monkeypatch.setattr(input_device, "AGAIN_SECONDS", 0.01)


@pytest.fixture
def told():
    return queue.Queue()


@pytest.fixture
def keypad(tmp_path, told):
    device = SimulatedInput(tmp_path / "keypad")
    ear = open_keypad(device.url, meanings(KeypadSettings()), told.put)
    yield device
    ear.close()


def test_each_press_means_one_thing(keypad, told):
    for name in ("right", "left", "enter", "kp7", "7", "home", "q", "backspace"):
        keypad.press(KEY_CODES[name])
    heard = [told.get(timeout=LIMIT) for _ in range(7)]
    assert heard == ["next", "previous", "choose", "7", "7", "repeat", "erase"]


def test_a_key_that_is_held_is_pressed_once(keypad, told):
    keypad.hold(KEY_CODES["right"], repeats=50)
    keypad.press(KEY_CODES["left"])
    assert [told.get(timeout=LIMIT) for _ in range(2)] == ["next", "previous"]


def test_half_an_event_waits_for_its_other_half(keypad, told):
    whole = EVENT.pack(0, 0, 1, KEY_CODES["enter"], 1)
    keypad._write(whole[:10])
    keypad._write(whole[10:])
    assert told.get(timeout=LIMIT) == "choose"


def test_a_pulled_keypad_is_found_again(keypad, told, tmp_path):
    keypad.press(KEY_CODES["right"])
    assert told.get(timeout=LIMIT) == "next"
    keypad.close()
    again = SimulatedInput(tmp_path / "keypad")
    again.press(KEY_CODES["left"])
    assert told.get(timeout=LIMIT) == "previous"
    again.close()


def test_own_names_of_keys(tmp_path, told):
    settings = KeypadSettings(next=("f13",), choose=("f14", "a"))
    device = SimulatedInput(tmp_path / "other")
    ear = open_keypad(device.url, meanings(settings), told.put)
    for name in ("f13", "a", "f14"):
        device.press(KEY_CODES[name])
    assert [told.get(timeout=LIMIT) for _ in range(3)] == ["next", "choose", "choose"]
    ear.close()
    device.close()
    assert list(unknown_keys(KeypadSettings(next=("nothing",)))) == [("next", "nothing")]
    assert list(unknown_keys(settings)) == []


def test_the_numbers_of_keys_are_the_kernels():
    wanted = {"1": 2, "0": 11, "q": 16, "a": 30, "m": 50, "kp7": 71, "kp5": 76, "kp0": 82}
    wanted |= {"f1": 59, "f10": 68, "f13": 183, "f24": 194, "right": 106, "enter": 28}
    assert {name: KEY_CODES[name] for name in wanted} == wanted


def test_plugging_is_told_and_a_lost_jack_is_empty(tmp_path, told):
    jack = SimulatedInput(tmp_path / "jack")
    ear = open_jack(jack.url, told.put)
    jack.plug(plugged=True)
    assert told.get(timeout=LIMIT) is True
    jack.press(KEY_CODES["a"])
    jack.plug(plugged=False)
    assert told.get(timeout=LIMIT) is False
    jack.plug(plugged=True)
    assert told.get(timeout=LIMIT) is True
    jack.close()
    assert told.get(timeout=LIMIT) is False
    ear.close()


@pytest.mark.parametrize(("switches", "plugged"), [(b"\x04", True), (b"\xfb", False)])
def test_what_was_plugged_in_before_the_start_is_known(
    tmp_path, told, monkeypatch, switches, plugged
):
    monkeypatch.setattr(headphone_jack.fcntl, "ioctl", lambda *_: switches + bytes(7))
    jack = SimulatedInput(tmp_path / "jack")
    ear = open_jack(jack.url, told.put)
    assert told.get(timeout=LIMIT) is plugged
    ear.close()
    jack.close()


def test_a_device_that_can_be_kept_is_kept(monkeypatch):
    kept = []
    monkeypatch.setattr(input_device, "grab", kept.append)
    take(7)
    assert kept == [7]
