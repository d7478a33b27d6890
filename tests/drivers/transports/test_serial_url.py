"""Does the serial transport keep its deadline and report every kind of loss as one?"""

from __future__ import annotations

import os
import termios
import time
import tty
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
import serial

from drivers.transports.serial_url import SerialUrl
from drivers.transports.transport import DeviceLost

if TYPE_CHECKING:
    from collections.abc import Iterator

BAUD = 115200
LIMIT = 30.0


class Pty:
    """A pseudo terminal: the far end of the cable."""

    def __init__(self) -> None:
        self.far, self._near = os.openpty()
        tty.setraw(self._near)
        self.path = os.ttyname(self._near)

    def pull(self) -> None:
        for handle in (self.far, self._near):
            os.close(handle)
        self.far = -1


@pytest.fixture
def pty() -> Iterator[Pty]:
    pty = Pty()
    yield pty
    if pty.far >= 0:
        pty.pull()


def soon() -> float:
    return time.monotonic() + LIMIT


def open_port(pty: Pty) -> SerialUrl:
    return SerialUrl(pty.path, BAUD, time.monotonic)


def test_bytes_go_both_ways(pty: Pty) -> None:
    with closing(open_port(pty)) as port:
        port.write(b"\x00\x11\x13\xff\r\n", soon())
        assert os.read(pty.far, 64) == b"\x00\x11\x13\xff\r\n"
        os.write(pty.far, b"answer")
        heard = b""
        while len(heard) < 6:
            heard += port.read_some(soon())
        assert heard == b"answer"


def test_a_passed_deadline_reads_nothing(pty: Pty) -> None:
    with closing(open_port(pty)) as port:
        assert port.read_some(time.monotonic() - 1) == b""
        assert port.read_some(time.monotonic() + 0.001) == b""


def test_flush_forgets_what_came(pty: Pty) -> None:
    with closing(open_port(pty)) as port:
        os.write(pty.far, b"stale")
        assert port.read_some(soon())[:1] == b"s"
        os.write(pty.far, b"stale")
        port.flush_input()
        os.write(pty.far, b"x")
        assert port.read_some(soon()) == b"x"


def test_a_second_program_is_refused(pty: Pty) -> None:
    with closing(open_port(pty)), pytest.raises(DeviceLost, match="lock"):
        open_port(pty)


def test_a_missing_device_is_lost() -> None:
    with pytest.raises(DeviceLost):
        SerialUrl("/nowhere/reader", BAUD, time.monotonic)


def test_a_pulled_cable_is_lost_in_every_call(pty: Pty) -> None:
    port = open_port(pty)
    pty.pull()
    for call in (
        lambda: port.write(b"x", soon()),
        lambda: port.read_some(soon()),
        port.flush_input,
    ):
        with pytest.raises(DeviceLost):
            call()
    port.close()
    port.close()


@pytest.mark.parametrize("error", [serial.SerialException("a"), OSError(5), termios.error(5)])
def test_three_errors_become_one(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(SerialUrl("loop://", BAUD, time.monotonic)) as port:

        def fail() -> None:
            raise error

        monkeypatch.setattr(port._port, "reset_input_buffer", fail)
        with pytest.raises(DeviceLost) as raised:
            port.flush_input()
        assert raised.value.__cause__ is error


def test_any_pyserial_url() -> None:
    with closing(SerialUrl("loop://", BAUD, time.monotonic)) as port:
        port.write(b"echo", soon())
        assert port.read_some(soon()) == b"echo"
