"""The listening socket: what it sets on the connections that it accepts."""

from __future__ import annotations

import socket
from contextlib import ExitStack

from central.terminals.server.http_server import open_listener


def test_answers_do_not_wait_for_the_acknowledgement_of_what_was_sent_before() -> None:
    """asyncio sets TCP_NODELAY on connections whose listener names its protocol."""
    with open_listener("127.0.0.1", 0) as listener:
        where = listener.getsockname()
        with socket.create_connection(where) as client:
            accepted, _ = listener.accept()
            with accepted:
                assert (listener.proto, accepted.proto) == (socket.IPPROTO_TCP,) * 2
                client.sendall(b"x")
                assert accepted.recv(1) == b"x"


def test_who_says_nothing_is_not_accepted_before_who_speaks() -> None:
    with open_listener("127.0.0.1", 0) as listener, ExitStack() as lines:
        where = listener.getsockname()
        for _ in range(50):
            lines.enter_context(socket.create_connection(where))
        speaks = lines.enter_context(socket.create_connection(where))
        speaks.sendall(b"x")
        accepted = lines.enter_context(listener.accept()[0])
        assert accepted.getpeername() == speaks.getsockname()
