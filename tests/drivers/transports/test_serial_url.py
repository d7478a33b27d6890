"""The serial transport keeps its deadline and reports every kind of loss as one."""

from __future__ import annotations

import errno
import os
import socket
import termios
import threading
import time
import tty
from contextlib import closing
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
import serial
import serial.rfc2217

from drivers.transports.serial_url import SerialUrl
from drivers.transports.transport import DeviceLostError, Loss

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

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
    with closing(open_port(pty)), pytest.raises(DeviceLostError, match="lock") as raised:
        open_port(pty)
    assert raised.value.loss is Loss.BUSY


def test_a_missing_device_is_lost() -> None:
    with pytest.raises(DeviceLostError) as raised:
        SerialUrl("/nowhere/reader", BAUD, time.monotonic)
    assert raised.value.loss is Loss.GONE


@pytest.mark.parametrize(
    ("number", "loss"),
    [
        (errno.EACCES, Loss.FORBIDDEN),
        (errno.EPERM, Loss.FORBIDDEN),
        (errno.EBUSY, Loss.BUSY),
        (errno.EAGAIN, Loss.BUSY),
        (errno.EIO, Loss.GONE),
    ],
)
def test_why_a_port_does_not_open(
    pty: Pty, number: int, loss: Loss, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_arguments: object) -> int:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr("serial.serialposix.os.open", refuse)  # root may open anything
    with pytest.raises(DeviceLostError) as raised:
        open_port(pty)
    assert raised.value.loss is loss


def test_a_pulled_cable_is_lost_in_every_call(pty: Pty) -> None:
    port = open_port(pty)
    pty.pull()
    for call in (
        lambda: port.write(b"x", soon()),
        lambda: port.read_some(soon()),
        port.flush_input,
    ):
        with pytest.raises(DeviceLostError):
            call()
    port.close()
    port.close()


@pytest.mark.parametrize("error", [serial.SerialException("a"), OSError(5), termios.error(5)])
def test_three_errors_become_one(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(SerialUrl("loop://", BAUD, time.monotonic)) as port:

        def fail() -> None:
            raise error

        monkeypatch.setattr(port._port, "reset_input_buffer", fail)
        with pytest.raises(DeviceLostError) as raised:
            port.flush_input()
        assert raised.value.__cause__ is error


class Echo:
    """A far end on the loopback that repeats what it hears; `speak` serves one connection."""

    def __init__(self, speak: Callable[[socket.socket], None]) -> None:
        self._server = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._server.getsockname()[1]}"
        self._thread = threading.Thread(target=self._run, args=(speak,))
        self._thread.start()

    def _run(self, speak: Callable[[socket.socket], None]) -> None:
        connection, _ = self._server.accept()
        with connection:
            speak(connection)

    def close(self) -> None:
        self._thread.join()
        self._server.close()


def plainly(connection: socket.socket) -> None:
    while heard := connection.recv(4096):
        connection.sendall(heard)


def by_rfc2217(connection: socket.socket) -> None:
    """A port on a far terminal: telnet options are negotiated, data comes back from loop://."""
    with serial.serial_for_url("loop://", timeout=0) as far:
        manager = serial.rfc2217.PortManager(far, SimpleNamespace(write=connection.sendall))
        while heard := connection.recv(4096):
            far.write(b"".join(manager.filter(heard)))
            if waiting := far.in_waiting:
                connection.sendall(b"".join(manager.escape(far.read(waiting))))


@pytest.mark.parametrize(
    ("scheme", "speak"), [("socket", plainly), ("rfc2217", by_rfc2217), ("loop", None)]
)
def test_any_pyserial_url(
    scheme: str, speak: Callable[[socket.socket], None] | None, recwarn: pytest.WarningsRecorder
) -> None:
    far = Echo(speak) if speak else None
    port = SerialUrl(f"{scheme}://{far.address if far else ''}", BAUD, time.monotonic)
    try:
        assert port.read_some(time.monotonic() + 0.001) == b""
        port.write(b"\x00\xff\xaaecho", soon())
        heard = b""
        while len(heard) < 7:
            heard += (piece := port.read_some(soon()))
            assert piece, "nothing more came"
        assert heard == b"\x00\xff\xaaecho"
        assert port.set_baud(9600)
        port.flush_input()
    finally:
        port.close()
        port.close()
        if far:
            far.close()


def test_a_long_answer_over_a_socket_comes_in_few_pieces() -> None:
    answer = bytes(range(256)) * 5

    def speak(connection: socket.socket) -> None:
        connection.recv(1)  # opening forgets what came before
        connection.sendall(answer)
        connection.recv(1)

    far = Echo(speak)
    try:
        with closing(SerialUrl(f"socket://{far.address}", BAUD, time.monotonic)) as port:
            port.write(b"?", soon())
            pieces = []
            while sum(map(len, pieces)) < len(answer):
                pieces.append(port.read_some(soon()))
                assert pieces[-1], "nothing more came"
            assert b"".join(pieces) == answer
            assert len(pieces) < 100  # not byte by byte
    finally:
        far.close()


def test_a_far_end_that_hangs_up_is_lost() -> None:
    far = Echo(lambda _: None)
    with (
        closing(SerialUrl(f"socket://{far.address}", BAUD, time.monotonic)) as port,
        pytest.raises(DeviceLostError, match="disconnected"),
    ):
        port.read_some(soon())
    far.close()


def test_nobody_listens() -> None:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{bound.getsockname()[1]}"
        for scheme in ("socket", "rfc2217"):
            with pytest.raises(DeviceLostError):
                SerialUrl(f"{scheme}://{address}", BAUD, time.monotonic)


def test_the_speed_can_be_changed(pty: Pty) -> None:
    with closing(open_port(pty)) as port:
        assert port.set_baud(9600)
        assert termios.tcgetattr(pty._near)[5] == termios.B9600
        pty.pull()
        with pytest.raises(DeviceLostError):
            port.set_baud(115200)


def test_a_bridge_is_asked_not_to_keep_bytes_back(
    pty: Pty, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[bool] = []
    monkeypatch.setattr(
        serial.Serial, "set_low_latency_mode", lambda _, wanted: asked.append(wanted)
    )
    open_port(pty).close()
    assert asked == [True]


def test_a_pulse_takes_nothing_and_sees_a_pulled_cable(pty: Pty) -> None:
    port = open_port(pty)
    os.write(pty.far, b"x")
    assert port.pulse()
    assert port.read_some(soon()) == b"x"
    pty.pull()
    assert not port.pulse()
    port.close()
    assert not port.pulse()


@pytest.mark.parametrize(("scheme", "speak"), [("socket", plainly), ("rfc2217", by_rfc2217)])
def test_a_pulse_sees_a_far_end_that_hangs_up(
    scheme: str, speak: Callable[[socket.socket], None], recwarn: pytest.WarningsRecorder
) -> None:
    lines: list[socket.socket] = []

    def until_shut(connection: socket.socket) -> None:
        lines.append(connection)
        speak(connection)

    far = Echo(until_shut)
    port = SerialUrl(f"{scheme}://{far.address}", BAUD, time.monotonic)
    port.write(b"x", soon())
    assert port.read_some(soon()) == b"x"
    assert port.pulse()
    assert port._line is not None
    assert port._line.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
    lines[0].shutdown(socket.SHUT_RDWR)
    far.close()
    assert not port.pulse()
    port.close()
    assert port._line.fileno() < 0, "pyserial left it open"
    assert not port.pulse()


def test_a_loop_is_always_there() -> None:
    with closing(SerialUrl("loop://", BAUD, time.monotonic)) as port:
        assert port.pulse()
