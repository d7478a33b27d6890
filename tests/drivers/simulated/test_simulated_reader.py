"""The reader behaves on its line as a serial device does: raw bytes on the pty, no driver."""

from __future__ import annotations

import os
import select
import socket
import termios
import tty
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import pytest

from drivers.simulated.cards.card_chip import CardChip, text_block
from drivers.simulated.cards.id_card_reader import IdReaderFault, SimulatedIdCardReader
from drivers.simulated.cards.samv import Samv
from kiosk.people.identity import CardKind

PREAMBLE = "AAAAAA9669"
STATUS, FIND, SELECT, READ, SLOWER = (
    bytes.fromhex(PREAMBLE + tail)
    for tail in ("000311FFED", "0003200122", "0003200221", "0003300132", "0003600162")
)
DONE, NO_CARD, READ_FAILED = (
    bytes.fromhex(PREAMBLE + tail) for tail in ("000400009094", "000400008084", "000400004145")
)
FOUND = bytes.fromhex(PREAMBLE + "000800009F0000000097")
CHIP = CardChip(text_block(CardKind.RESIDENT, {"name": "测试甲"}), bytes(1024))


class Host:
    """The kiosk's end of the line, one descriptor deep."""

    def __init__(self, link: Path, speed: int = termios.B115200) -> None:
        self.port = os.open(link, os.O_RDWR | os.O_NOCTTY)
        tty.setraw(self.port)
        self.set_speed(speed)

    def set_speed(self, speed: int) -> None:
        settings = termios.tcgetattr(self.port)
        settings[4] = settings[5] = speed
        termios.tcsetattr(self.port, termios.TCSANOW, settings)

    def ask(self, request: bytes, length: int) -> bytes:
        os.write(self.port, request)
        return self.fetch(length)

    def fetch(self, length: int) -> bytes:
        data = b""
        while len(data) < length:
            ready, _, _ = select.select([self.port], [], [], 10)
            assert ready, f"only {data.hex()} came"
            data += os.read(self.port, length - len(data))
        return data


class Waits:
    """The reader's clock: remembers every wait and waits for nothing."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


@pytest.fixture
def waits() -> Waits:
    return Waits()


@pytest.fixture
def reader(tmp_path: Path, waits: Waits) -> Iterator[SimulatedIdCardReader]:
    reader = SimulatedIdCardReader(tmp_path / "idcard", Samv(), sleep=waits)
    reader.plug()
    yield reader
    reader.unplug()


@contextmanager
def opened(link: Path, speed: int = termios.B115200) -> Iterator[Host]:
    host = Host(link, speed)
    try:
        yield host
    finally:
        os.close(host.port)


@pytest.fixture
def host(reader: SimulatedIdCardReader) -> Iterator[Host]:
    with opened(reader.link) as host:
        yield host


def test_a_card_is_found_selected_and_read(reader: SimulatedIdCardReader, host: Host) -> None:
    assert host.ask(FIND, 11) == NO_CARD
    reader.place_card(CHIP)
    assert host.ask(FIND, 15) == FOUND
    assert host.ask(SELECT, 19)[9] == 0x90
    frame = host.ask(READ, 1295)
    assert frame[14:270] == CHIP.text
    assert host.ask(FIND, 11) == NO_CARD
    reader.lift_card()
    reader.place_card(CHIP)
    assert host.ask(FIND, 15) == FOUND


def test_bytes_leave_in_bursts_at_the_speed_of_the_line(
    reader: SimulatedIdCardReader, host: Host, waits: Waits
) -> None:
    reader.place_card(CHIP)
    host.ask(FIND, 15)
    host.ask(SELECT, 19)
    waits.seconds.clear()
    host.ask(READ, 1295)
    delay, *bursts = waits.seconds
    assert delay == 0.45
    assert len(bursts) == 21  # 20 of 62 bytes and one of 55
    assert max(bursts) == pytest.approx(620 / 115200)
    assert sum(bursts) == pytest.approx(0.1124, abs=1e-4)  # cards.md §1.1: 112 ms


def test_set_baud_answers_at_the_old_speed_and_then_hears_only_the_new(
    host: Host, waits: Waits
) -> None:
    assert host.ask(SLOWER, 11) == DONE
    assert waits.seconds[-1] == pytest.approx(110 / 115200)
    os.write(host.port, STATUS)  # still at 115200: the reader hears noise
    termios.tcdrain(host.port)
    host.set_speed(termios.B57600)
    assert host.ask(STATUS, 11) == DONE
    assert waits.seconds[-1] == pytest.approx(110 / 57600)


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (IdReaderFault.NOISE, bytes.fromhex("00FF17AAAA") + DONE),
        (IdReaderFault.CORRUPT, DONE[:-1] + b"\x95"),
        (IdReaderFault.TRUNCATE, DONE[:5]),
        (IdReaderFault.STALE, NO_CARD + DONE),
        (IdReaderFault.SLOW, DONE),
        (IdReaderFault.MUTE, b""),
    ],
)
def test_a_fault_spoils_one_reply_and_no_more(
    reader: SimulatedIdCardReader, host: Host, fault: IdReaderFault, expected: bytes
) -> None:
    assert host.ask(FIND, 11) == NO_CARD
    reader.fault(fault)
    assert host.ask(STATUS, len(expected)) == expected
    assert host.ask(STATUS, 11) == DONE


def test_a_slow_reply_comes_two_seconds_late(
    reader: SimulatedIdCardReader, host: Host, waits: Waits
) -> None:
    reader.fault(IdReaderFault.SLOW)
    host.ask(STATUS, 11)
    assert waits.seconds[:2] == [0.0, 2.0]


@pytest.mark.parametrize(
    ("fault", "length"), [(IdReaderFault.LIFTED, 11), (IdReaderFault.LIFTED_TRUNCATED, 647)]
)
def test_a_card_lifted_during_the_read_waits_for_the_read(
    reader: SimulatedIdCardReader, host: Host, fault: IdReaderFault, length: int
) -> None:
    reader.place_card(CHIP)
    reader.fault(fault)
    assert host.ask(FIND, 15) == FOUND
    host.ask(SELECT, 19)
    reply = host.ask(READ, length)
    assert reply == READ_FAILED if fault is IdReaderFault.LIFTED else reply[14:270] == CHIP.text
    assert host.ask(FIND, 11) == NO_CARD


def test_a_reader_without_licence_says_66(reader: SimulatedIdCardReader, host: Host) -> None:
    reader.license(valid=False)
    assert host.ask(STATUS, 11)[9] == 0x66
    reader.license(valid=True)
    assert host.ask(STATUS, 11) == DONE


def test_an_unplugged_reader_is_gone_and_comes_back_under_its_link(
    reader: SimulatedIdCardReader, host: Host
) -> None:
    reader.unplug()
    reader.unplug()
    assert not reader.link.is_symlink()
    with pytest.raises(OSError, match="Input/output"):
        os.write(host.port, STATUS)
    reader.plug()
    reader.plug()
    with opened(reader.link) as again:
        assert again.ask(STATUS, 11) == DONE


def test_a_reader_at_another_speed_hears_only_noise(reader: SimulatedIdCardReader) -> None:
    with opened(reader.link, termios.B9600) as host:
        os.write(host.port, STATUS)
        assert not select.select([host.port], [], [], 0.1)[0]


def test_unread_replies_are_lost_and_the_reader_lives_on(host: Host) -> None:
    for _ in range(600):  # 6,600 bytes of replies: more than the pty holds
        os.write(host.port, STATUS)
    answered = False
    while not answered:
        termios.tcflush(host.port, termios.TCIFLUSH)
        os.write(host.port, STATUS * 2)  # one whole reply, whatever was cut off before it
        answered = bool(select.select([host.port], [], [], 0.05)[0])
    assert bytes.fromhex(PREAMBLE) in host.fetch(16)


def test_the_cable_can_be_pulled_while_the_reader_waits(tmp_path: Path) -> None:
    reader = SimulatedIdCardReader(tmp_path / "idcard", Samv())
    reader.plug()
    reader.fault(IdReaderFault.SLOW)
    with opened(reader.link) as host:
        os.write(host.port, STATUS)
        reader.unplug()
    assert not reader.link.is_symlink()


@pytest.mark.parametrize(
    ("fault", "request_", "sw3"),
    [
        (IdReaderFault.REFUSED, SELECT, 0x32),
        (IdReaderFault.NOT_IDENTITY, SELECT, 0x40),
        (IdReaderFault.HUNG, SELECT, 0x81),
        (IdReaderFault.DAMAGED, READ, 0x33),
        (IdReaderFault.SELF_TEST, FIND, 0x60),
    ],
)
def test_verdicts_wait_for_their_command(
    reader: SimulatedIdCardReader, host: Host, fault: IdReaderFault, request_: bytes, sw3: int
) -> None:
    reader.place_card(CHIP)
    reader.fault(fault)
    said = 0
    for request, length in ((FIND, 15), (SELECT, 19), (READ, 1295)):
        said = host.ask(request, 11 if request == request_ else length)[9]
        if request == request_:
            break
        assert said in {0x9F, 0x90}
    assert said == sw3
    assert host.ask(STATUS, 11) == DONE


def test_a_hung_chip_hangs_until_it_is_lifted(reader: SimulatedIdCardReader, host: Host) -> None:
    reader.place_card(CHIP)
    reader.fault(IdReaderFault.HUNG)
    for _ in range(2):
        host.ask(FIND, 15)
        assert host.ask(SELECT, 11)[9] == 0x81
    reader.lift_card()
    reader.place_card(CHIP)
    host.ask(FIND, 15)
    assert host.ask(SELECT, 19)[9] == 0x90


class Caller:
    """The kiosk's end of a TCP line."""

    def __init__(self, reader: SimulatedIdCardReader) -> None:
        self.wire = socket.create_connection(("127.0.0.1", int(reader.url.split(":")[-1])), 30)

    def ask(self, request: bytes, length: int) -> bytes:
        self.wire.sendall(request)
        data = b""
        while len(data) < length:
            heard = self.wire.recv(length - len(data))
            assert heard, "hung up"
            data += heard
        return data

    def close(self) -> None:
        self.wire.close()


@pytest.fixture
def call() -> Iterator[Callable[[SimulatedIdCardReader], Caller]]:
    with ExitStack() as stack:
        yield lambda reader: stack.enter_context(closing(Caller(reader)))


@pytest.fixture
def on_tcp(waits: Waits) -> Iterator[SimulatedIdCardReader]:
    reader = SimulatedIdCardReader(0, Samv(), sleep=waits)
    reader.plug()
    yield reader
    reader.unplug()


def test_the_same_reader_on_a_tcp_port(
    on_tcp: SimulatedIdCardReader, waits: Waits, call: Callable[[SimulatedIdCardReader], Caller]
) -> None:
    on_tcp.place_card(CHIP)
    caller = call(on_tcp)
    assert caller.ask(FIND, 15) == FOUND
    assert caller.ask(SELECT, 19)[9] == 0x90
    assert caller.ask(READ, 1295)[14:270] == CHIP.text
    assert 0.45 in waits.seconds


def test_a_newer_host_takes_the_line_and_the_port_stays_the_same(
    on_tcp: SimulatedIdCardReader, call: Callable[[SimulatedIdCardReader], Caller]
) -> None:
    first, url = call(on_tcp), on_tcp.url
    first.ask(STATUS, 11)
    second = call(on_tcp)
    assert second.ask(STATUS, 11) == DONE
    assert first.wire.recv(1) == b""
    second.wire.close()
    third = call(on_tcp)
    assert third.ask(STATUS, 11) == DONE
    on_tcp.unplug()
    assert third.wire.recv(1) == b""
    with pytest.raises(ConnectionRefusedError):
        call(on_tcp)
    on_tcp.plug()
    assert on_tcp.url == url
    assert call(on_tcp).ask(STATUS, 11) == DONE


def test_a_host_that_hangs_up_in_the_middle_harms_nothing(
    on_tcp: SimulatedIdCardReader, call: Callable[[SimulatedIdCardReader], Caller]
) -> None:
    rude = call(on_tcp)
    rude.wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
    rude.wire.sendall(STATUS * 50)
    rude.wire.close()  # with a reset
    assert call(on_tcp).ask(STATUS, 11) == DONE
