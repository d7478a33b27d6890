"""Connections that are kept between calls, at the other end of real sockets."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import takewhile
from threading import Event, Thread
from typing import BinaryIO

from central.offices.adapter import OfficeTrouble
from central.offices.http_exchange import HttpAnswer, HttpCall, HttpLimits
from central.offices.kept_connections import LONGEST_IDLE_SECONDS, KeptConnections

LIMITS = HttpLimits(seconds=5.0, longest_bytes=4096)
Say = Callable[[int, int, bytes], bytes | None]
"""What the other end says to the n-th call on the m-th connection; None closes without a word."""


def answered(body: bytes, times: int = 1) -> bytes:
    """An answer that keeps the connection, so many times."""
    return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body) * times


@contextmanager
def other_end(say: Say) -> Iterator[str]:
    """Serve one connection after the other; yield the URL."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = Thread(target=_serve, args=(server, say), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/"
        server.shutdown(socket.SHUT_RDWR)
        thread.join()


def _serve(server: socket.socket, say: Say) -> None:
    connection = 0
    while True:
        try:
            line, _ = server.accept()
        except OSError:
            return
        with line:
            _answer(line, connection, say)
        connection += 1


def _answer(line: socket.socket, connection: int, say: Say) -> None:
    number = 0
    with line.makefile("rb") as calls:
        while head := _head(calls):
            length = next(int(one[15:]) for one in head if one.startswith(b"Content-Length"))
            said = say(connection, number, calls.read(length))
            if said is None:
                return
            line.sendall(said)
            number += 1


def _head(calls: BinaryIO) -> list[bytes]:
    return list(takewhile(lambda one: one not in (b"", b"\r\n"), iter(calls.readline, None)))


def ask(lines: KeptConnections, url: str, what: str = "x") -> bytes | OfficeTrouble:
    """The body of the answer to one call, or why there is none."""
    call = HttpCall("PUT", url, {"Content-Type": "text/plain"}, what.encode())
    answer = lines.exchange(call, LIMITS)
    return answer.body if isinstance(answer, HttpAnswer) else answer


def which(connection: int, number: int, asked: bytes) -> bytes:
    """Say on which connection which call came."""
    return answered(json.dumps([connection, number, asked.decode()]).encode())


def test_the_next_call_takes_the_connection_of_the_last_one() -> None:
    with other_end(which) as url:
        lines = KeptConnections()
        assert [ask(lines, url, word) for word in "ab"] == [b'[0, 0, "a"]', b'[0, 1, "b"]']
        lines.forget()
        assert ask(lines, url, "c") == b'[1, 0, "c"]'
        lines.forget()


def test_a_call_that_meets_a_closed_connection_is_made_again() -> None:
    with other_end(lambda *said: None if said[:2] == (0, 1) else which(*said)) as url:
        lines = KeptConnections()
        assert ask(lines, url, "a") == b'[0, 0, "a"]'
        assert ask(lines, url, "b") == b'[1, 0, "b"]'
        lines.forget()


def test_an_answer_that_comes_twice_is_nobody_elses() -> None:
    def twice(connection: int, _number: int, asked: bytes) -> bytes:
        return answered(asked, 2 if connection == 0 else 1)

    with other_end(twice) as url:
        lines = KeptConnections()
        assert [ask(lines, url, word) for word in "ab"] == [b"a", b"b"]
        lines.forget()


def test_an_answer_that_comes_again_later_is_nobody_elses() -> None:
    again, came = Event(), Event()

    def late(server: socket.socket) -> None:
        first, _ = server.accept()
        with first, first.makefile("rb") as calls:
            _head(calls)
            first.sendall(answered(b"a"))
            again.wait(LIMITS.seconds)
            first.sendall(answered(b"a"))
            came.set()
            second, _ = server.accept()
            with second:
                _answer(second, 1, which)

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = Thread(target=late, args=(server,), daemon=True)
        thread.start()
        url, lines = f"http://127.0.0.1:{server.getsockname()[1]}/", KeptConnections()
        assert ask(lines, url, "a") == b"a"
        again.set()
        assert came.wait(LIMITS.seconds)
        assert ask(lines, url, "b") == b'[1, 0, "b"]'
        lines.forget()
        thread.join()


def test_a_connection_that_was_idle_for_long_is_not_used() -> None:
    now = [0.0]
    with other_end(which) as url:
        lines = KeptConnections(lambda: now[0])
        assert ask(lines, url) == b'[0, 0, "x"]'
        now[0] = LONGEST_IDLE_SECONDS
        assert ask(lines, url) == b'[0, 1, "x"]'
        now[0] += LONGEST_IDLE_SECONDS + 0.1
        assert ask(lines, url) == b'[1, 0, "x"]'
        lines.forget()


def test_who_closes_every_connection_without_an_answer_is_not_reached() -> None:
    with other_end(lambda *_: None) as url:
        assert ask(KeptConnections(), url) is OfficeTrouble.UNREACHABLE
