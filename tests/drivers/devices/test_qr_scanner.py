"""Each scanned code is given to the person for whom it was asked, and to nobody else."""

from __future__ import annotations

import errno
import logging
import os
import pty
import struct
import threading
import time
import tty
from pathlib import Path

import pytest

from drivers.devices import qr_keyboard
from drivers.devices.qr_keyboard import KeyboardPort
from drivers.devices.qr_scanner import QrScanner, open_scanner_port
from drivers.protocols.qr_token import Framing
from drivers.transports.serial_url import SerialUrl
from drivers.transports.transport import DeviceLostError
from kiosk.failures import Failure
from kiosk.people.qr_token import QrToken
from tests.drivers.protocols.test_qr_token import presses

TOKEN = "TOKEN-0000-EXAMPLE"
LIMIT = 30.0


class JumpingPort:
    """What a scanner sends, on a clock that jumps; a number is a pause in seconds."""

    def __init__(self, *script: bytes | float | str) -> None:
        self.now = 100.0
        self.script = list(script)
        self.flushed = self.closed = 0

    def monotonic(self) -> float:
        return self.now

    def open(self) -> JumpingPort:
        return self

    def read_some(self, deadline: float) -> bytes:
        assert deadline > self.now
        match self.script[0] if self.script else 1000.0:
            case bytes(data):
                self.script.pop(0)
                return data
            case str():
                self.script.pop(0)
                raise DeviceLostError("unplugged")
            case float(pause):
                waited = min(pause, deadline - self.now)
                self.now += waited
                if self.script:
                    self.script[0] = pause - waited
                    if pause - waited <= 1e-9:
                        self.script.pop(0)
                return b""

    def flush_input(self) -> None:
        self.flushed += 1

    def pulse(self) -> bool:
        return "lost" not in self.script

    def close(self) -> None:
        self.closed += 1

    def after(self, seconds: float):
        until = self.now + seconds
        return lambda: self.now >= until


def scan(*script: bytes | float | str, seconds: float = 5.0, framing: Framing | None = None):
    port = JumpingPort(*script)
    found = QrScanner(port.open, port.monotonic, framing).scan(port.after(seconds))
    return found.reveal() if isinstance(found, QrToken) else found


@pytest.mark.parametrize(
    ("script", "found"),
    [
        ((b"TOKEN\r\n",), "TOKEN"),
        ((b"TO", b"KEN\r"), "TOKEN"),
        ((1.0, b"TO", 0.03, b"KEN", 0.06), "TOKEN"),
        ((b"TO", 0.06, b"KEN\r"), "TO"),
        ((b"ONE\rTWO\r",), "ONE"),
        ((b"\xff\r",), Failure.CODE_UNREADABLE),
        ((b"A" * 5000 + b"\r",), Failure.CODE_UNREADABLE),
        ((b"\r\n",), None),
        ((), None),
        (("lost",), Failure.SCANNER_LOST),
    ],
)
def test_what_is_scanned(script, found) -> None:
    assert scan(*script) == found


def test_a_thread_that_is_late_cuts_no_code() -> None:
    """Between two reads the clock runs on while the rest of the code waits in the port."""
    port = JumpingPort(b"TO", b"KEN", 0.06)
    instants = iter(range(1000))

    def late() -> float:
        port.now += next(instants)
        return port.now

    found = QrScanner(port.open, late).scan(lambda: not port.script)
    assert isinstance(found, QrToken)
    assert found.reveal() == "TOKEN"


def test_prefix_and_suffix_are_the_scanners() -> None:
    assert scan(b"]Q1TOKEN#\r", framing=Framing("]Q1", "#")) == "TOKEN"


def test_what_came_before_is_thrown_away() -> None:
    port = JumpingPort(b"ONE\rTWO", b"\r")
    scanner = QrScanner(port.open, port.monotonic)
    first, second = (scanner.scan(port.after(5.0)) for _ in range(2))
    assert isinstance(first, QrToken)
    assert first.reveal() == "ONE"
    assert second is None, "the rest of an old code must not be taken for a new one"
    assert port.flushed == 2


def test_a_pulse_takes_no_code_and_sees_a_pulled_scanner() -> None:
    port = JumpingPort(b"TOKEN\r")
    scanner = QrScanner(port.open, port.monotonic)
    assert not scanner.pulse(), "it is not open yet"
    assert scanner.check() is None
    assert scanner.pulse()
    assert port.script == [b"TOKEN\r"]
    port.script.insert(0, "lost")
    assert not scanner.pulse()


def test_a_lost_scanner_is_opened_again() -> None:
    port = JumpingPort("lost", b"TOKEN\r")
    scanner = QrScanner(port.open, port.monotonic)
    assert scanner.scan(port.after(5.0)) is Failure.SCANNER_LOST
    assert port.closed == 1
    assert isinstance(scanner.scan(port.after(5.0)), QrToken)
    scanner.close()
    scanner.close()
    assert port.closed == 2


def test_a_scanner_that_is_not_there(tmp_path: Path) -> None:
    for url in (f"evdev:{tmp_path}/none", f"{tmp_path}/none"):
        scanner = QrScanner(
            lambda url=url: open_scanner_port(url, 9600, time.monotonic), time.monotonic
        )
        assert scanner.scan(lambda: False) is Failure.SCANNER_LOST


def test_a_serial_scanner_on_a_pty(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    far, near = pty.openpty()
    tty.setraw(near)
    scanner = QrScanner(
        lambda: open_scanner_port(os.ttyname(near), 9600, time.monotonic), time.monotonic
    )
    typed = threading.Event()
    until = time.monotonic() + LIMIT

    def cancelled() -> bool:
        # The first look comes after old input was thrown away.
        if not typed.is_set():
            typed.set()
            os.write(far, TOKEN.encode() + b"\r")
        return time.monotonic() > until

    found = scanner.scan(cancelled)
    scanner.close()
    os.close(far)
    os.close(near)
    assert isinstance(found, QrToken)
    assert found.reveal() == TOKEN
    assert TOKEN not in caplog.text + repr(found) + repr(scanner.__dict__)
    assert isinstance(open_scanner_port("loop://", 9600, time.monotonic), SerialUrl)


def events(keys: list[tuple[int, int]]) -> bytes:
    packed = b""
    for key, value in keys:
        packed += struct.pack("llHHi", 0, 0, 4, 4, 0x70000 + key)  # MSC_SCAN before each key
        packed += struct.pack("llHHi", 0, 0, 1, key, value)
        packed += struct.pack("llHHi", 0, 0, 0, 0, 0)
    return packed


ENTER = [(28, 1), (28, 0)]


class Keyboard:
    """A file of key events, as the kernel's evdev would give them."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "event7"
        os.mkfifo(self.path)
        self.port = KeyboardPort(str(self.path), time.monotonic, lambda _file: None)
        self.far = os.open(self.path, os.O_WRONLY)

    def type(self, data: bytes) -> None:
        os.write(self.far, data)

    def read(self) -> bytes:
        return self.port.read_some(time.monotonic() + LIMIT)

    def close(self) -> None:
        self.port.close()
        self.port.close()
        os.close(self.far)


@pytest.fixture
def keyboard(tmp_path: Path):
    made = Keyboard(tmp_path)
    yield made
    made.close()


def test_a_keyboard_scanner_types_like_a_serial_one(keyboard: Keyboard) -> None:
    keyboard.type(events([*presses("Ab-9_"), *ENTER]))
    assert keyboard.read() == b"Ab-9_\r"
    assert keyboard.port.read_some(time.monotonic()) == b""


def test_an_event_may_come_in_pieces(keyboard: Keyboard) -> None:
    data = events(presses("A"))
    heard = b""
    for at in range(0, len(data), 10):
        keyboard.type(data[at : at + 10])
        heard += keyboard.read()
    assert heard == b"A"


def test_lost_events_make_the_code_unreadable(keyboard: Keyboard) -> None:
    keyboard.type(events(presses("AB")) + struct.pack("llHHi", 0, 0, 0, 3, 0) + events(ENTER))
    typed = keyboard.read()
    assert scan(typed) is Failure.CODE_UNREADABLE


def test_a_shift_whose_release_was_lost_is_held_no_longer(keyboard: Keyboard) -> None:
    keyboard.type(events([(42, 1)]) + struct.pack("llHHi", 0, 0, 0, 3, 0))
    keyboard.type(events([*ENTER, (30, 1), (30, 0)]))
    heard = b""
    while not heard.endswith(b"\ra") and len(heard) < 3:
        heard += keyboard.read()
    assert heard == b"\xff\ra"


def test_old_keys_are_thrown_away(keyboard: Keyboard) -> None:
    keyboard.type(events(presses("OLD")))
    keyboard.port.flush_input()
    keyboard.type(events([*presses("NEW"), *ENTER]))
    assert keyboard.read() == b"NEW\r"


def test_an_unplugged_keyboard_scanner(keyboard: Keyboard, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_arguments: int) -> bytes:
        raise OSError(errno.ENODEV, "No such device")

    keyboard.type(events(ENTER))
    with monkeypatch.context() as patch:
        patch.setattr(qr_keyboard.os, "read", gone)
        with pytest.raises(DeviceLostError, match="No such device"):
            keyboard.read()
    keyboard.read()
    os.close(keyboard.far)
    try:
        with pytest.raises(DeviceLostError, match="unplugged"):
            keyboard.read()
    finally:
        keyboard.far = os.open(os.devnull, os.O_WRONLY)


def test_a_file_that_cannot_be_grabbed_is_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "event7")
    with pytest.raises(DeviceLostError):
        open_scanner_port(f"evdev:{tmp_path / 'event7'}", 9600, time.monotonic)
