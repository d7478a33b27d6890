"""A hang-up is seen at once, at every kind of descriptor; nothing is taken by looking."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable

import pytest

from drivers.transports import other_end

Ends = tuple[int, Callable[[], None], Callable[[], None]]


def a_pipe() -> Ends:
    near, far = os.pipe()
    return near, lambda: os.close(far), lambda: os.close(near)


def a_pty() -> Ends:
    far, near = os.openpty()
    return near, lambda: os.close(far), lambda: os.close(near)


def a_socket() -> Ends:
    near, far = socket.socketpair()
    return near.fileno(), far.close, near.close


@pytest.mark.parametrize("kind", [a_pipe, a_pty, a_socket])
def test_a_hang_up_is_seen(kind: Callable[[], Ends]) -> None:
    descriptor, hang_up, close = kind()
    assert other_end.is_there(descriptor)
    hang_up()
    assert not other_end.is_there(descriptor)
    close()


def test_bytes_that_wait_hide_nothing_and_stay() -> None:
    near, far = socket.socketpair()
    with near:
        far.sendall(b"answer")
        assert other_end.is_there(near.fileno())
        far.close()
        assert not other_end.is_there(near.fileno())
        assert near.recv(64) == b"answer"


def test_a_reset_is_seen() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        near = socket.create_connection(server.getsockname())
        far, _ = server.accept()
        near.sendall(b"never read")
        far.close()
        with near:
            assert not other_end.is_there(near.fileno())


def test_a_silent_network_is_asked_by_the_kernel() -> None:
    with socket.socket() as line:
        other_end.watch(line)
        assert line.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
        asked = (socket.TCP_KEEPIDLE, socket.TCP_KEEPINTVL, socket.TCP_KEEPCNT)
        idle, between, times = (line.getsockopt(socket.IPPROTO_TCP, one) for one in asked)
        assert idle + between * times == 3
