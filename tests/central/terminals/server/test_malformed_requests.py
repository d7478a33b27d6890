"""Requests that are none: each is answered, and its connection closed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.central.standing import Standing
from tests.central.terminals.server.test_connections import (
    BODY,
    GUARD,
    HEAD,
    QUICK,
    connected,
    quick,
    until_closed,
)

MALFORMED = {
    "another method": b"get / HTTP/1.1\r\nHost: x\r\n\r\n",
    "no host": b"GET / HTTP/1.1\r\n\r\n",
    "two hosts": b"GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
    "two lengths": BODY.replace(b"\r\n\r\n", b"\r\nContent-Length: 2\r\n\r\n"),
    "length and chunks": BODY.replace(b"\r\n\r\n", b"\r\nTransfer-Encoding: chunked\r\n\r\n"),
    "signed length": HEAD + b"Content-Length: +2\r\n\r\n{}",
    "space before a colon": HEAD + b"Content-Length : 2\r\n\r\n{}",
    "folded line": HEAD + b"A: b\r\n c\r\n\r\n",
    "no path": b"GET ? HTTP/1.1\r\nHost: x\r\n\r\n",
    "tunnel": b"CONNECT x:443 HTTP/1.1\r\nHost: x\r\n\r\n",
}


@pytest.mark.parametrize("said", MALFORMED.values(), ids=MALFORMED)
def test_what_two_servers_would_read_differently_is_refused(central: Standing, said: bytes) -> None:
    with quick(central) as (port, _server), connected(port, said) as line:
        assert until_closed(line).startswith(b"HTTP/1.1 400 ")


def test_a_head_without_end_is_refused(central: Standing) -> None:
    patient = replace(QUICK, head_seconds=GUARD)
    with quick(central, patient) as (port, _server), connected(port, HEAD) as line:
        answer = until_closed(line, lambda: b"A: " + b"a" * 0x1000 + b"\r\n")
    assert answer.startswith(b"HTTP/1.1 431 ") or not answer  # a reset may overtake the answer
