"""The TCP transport keeps its deadlines and reports every kind of loss as one."""

from __future__ import annotations

import socket
import time
from typing import TYPE_CHECKING

import pytest

from drivers.transports.tcp import Tcp
from drivers.transports.transport import DeviceLostError

if TYPE_CHECKING:
    from collections.abc import Iterator

LIMIT = 30.0


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(LIMIT)
        yield server


@pytest.fixture
def pair(listener: socket.socket) -> Iterator[tuple[Tcp, socket.socket]]:
    near = Tcp(url_of(listener), LIMIT, time.monotonic)
    far, _ = listener.accept()
    with far:
        yield near, far
    near.close()


def url_of(listener: socket.socket) -> str:
    return f"tcp://127.0.0.1:{listener.getsockname()[1]}"


def soon() -> float:
    return time.monotonic() + LIMIT


def test_bytes_go_both_ways(pair: tuple[Tcp, socket.socket]) -> None:
    near, far = pair
    near.write(b"question", soon())
    assert far.recv(64) == b"question"
    far.sendall(b"answer")
    assert near.read_some(soon()) == b"answer"


def test_a_passed_deadline_reads_nothing(pair: tuple[Tcp, socket.socket]) -> None:
    near, _ = pair
    assert near.read_some(time.monotonic() - 1) == b""
    assert near.read_some(time.monotonic() + 0.001) == b""


def test_a_passed_deadline_cannot_write(pair: tuple[Tcp, socket.socket]) -> None:
    with pytest.raises(DeviceLostError, match="deadline"):
        pair[0].write(b"x", time.monotonic() - 1)


def test_a_stuck_peer_ends_the_write(pair: tuple[Tcp, socket.socket]) -> None:
    with pytest.raises(DeviceLostError):
        pair[0].write(bytes(64 << 20), time.monotonic() + 0.05)


def test_flush_forgets_what_came(pair: tuple[Tcp, socket.socket]) -> None:
    near, far = pair
    far.sendall(b"stale")
    assert near.read_some(soon()) == b"stale"
    far.sendall(b"stale")
    near.flush_input()
    far.sendall(b"x")
    assert near.read_some(soon())[-1:] == b"x"


def test_there_is_no_speed(pair: tuple[Tcp, socket.socket]) -> None:
    assert not pair[0].set_baud(9600)


@pytest.mark.parametrize("flush", [False, True])
def test_a_closed_peer_is_lost(pair: tuple[Tcp, socket.socket], *, flush: bool) -> None:
    near, far = pair
    far.close()
    with pytest.raises(DeviceLostError, match="closed"):
        near.flush_input() if flush else near.read_some(soon())


def test_a_pulse_takes_nothing_and_sees_a_closed_peer(pair: tuple[Tcp, socket.socket]) -> None:
    near, far = pair
    assert near._socket.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
    far.sendall(b"x")
    assert near.pulse()
    assert near.read_some(soon()) == b"x"
    far.close()
    assert not near.pulse()
    near.close()
    assert not near.pulse()


def test_nobody_listens() -> None:
    with socket.socket() as bound:  # bound, so that nobody else can listen there either
        bound.bind(("127.0.0.1", 0))
        with pytest.raises(DeviceLostError):
            Tcp(url_of(bound), LIMIT, time.monotonic)


@pytest.mark.parametrize("url", ["tcp://printer", "http://printer:9100", "/dev/lp0", "tcp://:9"])
def test_other_urls_are_refused(url: str) -> None:
    with pytest.raises(ValueError, match="not tcp://host:port"):
        Tcp(url, LIMIT, time.monotonic)
