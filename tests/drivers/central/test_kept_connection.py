"""One connection serves many calls; that it broke neither loses a call nor doubles one."""

from __future__ import annotations

import re
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from drivers.central.client import CentralClient
from drivers.central.deadline import IDLE_SECONDS, LONGEST_SECONDS
from kiosk.crypto.terminal_key import TerminalKey
from kiosk.ports import CentralAnswer, Trouble
from tests.drivers.central.lines import LIMIT, KeptLineServer, listening

NOW = datetime(2026, 11, 23, 4, 0, 0, tzinfo=UTC)
KEY = TerminalKey(bytes(range(32)))
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
DONE = CentralAnswer(200, body=b"{}")


class KeptClient:
    """A client over a clock that only moves when it is told to."""

    def __init__(self, line: KeptLineServer, chance: bytes = b"\x00") -> None:
        self.at = 1000.0
        nonces = iter(range(1000))

        def random(count: int) -> bytes:
            return chance if count == 1 else next(nonces).to_bytes(count)

        self.client = CentralClient(
            line.url, lambda: KEY, LIMIT, lambda: self.at, lambda: NOW, random=random
        )

    def call(self, method: str = "PUT") -> CentralAnswer:
        return self.client.call(method, "/v1/x", b"body")


def lines_of(line: KeptLineServer) -> list[int]:
    """Return for each request that was heard the number of its connection."""
    return [number for number, _ in line.heard]


def test_calls_share_a_connection() -> None:
    with listening(KeptLineServer(((OK, OK, OK),))) as line:
        client = KeptClient(line)
        assert [client.call(one) for one in ("PUT", "POST", "GET")] == [DONE] * 3
    assert lines_of(line) == [0, 0, 0]


@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_a_connection_that_was_closed_is_replaced(method: str) -> None:
    closing = OK.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
    with listening(KeptLineServer(((closing,), (OK,)))) as line:
        client = KeptClient(line)
        assert [client.call(method), client.call(method)] == [DONE, DONE]
    assert lines_of(line) == [0, 1]


def test_what_was_lost_with_a_kept_connection_is_sent_again_once() -> None:
    with listening(KeptLineServer(((OK, None), (OK,)))) as line:
        client = KeptClient(line)
        assert [client.call(), client.call()] == [DONE, DONE]
    assert lines_of(line) == [0, 0, 1]
    nonces = {re.search(rb"nonce=\"(.*?)\"", head)[1] for _, head in line.heard}  # type: ignore[index]
    assert len(nonces) == 3  # the service takes no signature twice


def test_what_may_not_be_repeated_is_not() -> None:
    with listening(KeptLineServer(((OK, None), (OK,)))) as line:
        client = KeptClient(line)
        assert client.call("POST") == DONE
        assert client.call("POST") == CentralAnswer(trouble=Trouble.UNREACHABLE)
        assert client.call("POST") == DONE
    assert lines_of(line) == [0, 0, 1]


def test_a_new_connection_that_breaks_is_not_tried_again() -> None:
    with listening(KeptLineServer(((OK, None), (None,), (OK,)))) as line:
        client = KeptClient(line)
        assert client.call() == DONE
        assert client.call() == CentralAnswer(trouble=Trouble.UNREACHABLE)
        assert client.call() == DONE
    assert lines_of(line) == [0, 0, 1, 2]


def test_an_answer_that_nobody_asked_for_is_not_taken_for_the_next() -> None:
    strange = OK.replace(b"{}", b"[]")
    with listening(KeptLineServer(((OK + strange, None), (OK,)))) as line:
        client = KeptClient(line)
        assert [client.call(), client.call()] == [DONE, DONE]


@pytest.mark.parametrize(
    ("pause", "connections"), [(IDLE_SECONDS - 1, [0, 0]), (IDLE_SECONDS, [0, 1])]
)
def test_an_idle_connection_is_not_used_again(pause: float, connections: list[int]) -> None:
    with listening(KeptLineServer(((OK, OK), (OK,)))) as line:
        client = KeptClient(line)
        client.call()
        client.at += pause
        assert client.call() == DONE
        client.client.close()
    assert lines_of(line) == connections


@pytest.mark.parametrize(("chance", "calls"), [(b"\x00", 11), (b"\xff", 21)])
def test_a_connection_grows_so_old_by_chance(chance: bytes, calls: int) -> None:
    """Otherwise all terminals of a broken network would connect anew together for ever."""
    pause = LONGEST_SECONDS / 10
    with listening(KeptLineServer(((OK,) * 30, (OK,)))) as line:
        client = KeptClient(line, chance)
        while 1 not in lines_of(line):
            assert client.call() == DONE
            client.at += pause
        client.client.close()
    assert lines_of(line).count(0) == calls - 1


def test_of_two_connections_one_is_kept() -> None:
    both = threading.Barrier(2, timeout=LIMIT)
    with listening(KeptLineServer(((OK, OK), (OK, OK)))) as line:
        client = KeptClient(line)

        def call(_number: int) -> CentralAnswer:
            both.wait()
            return client.call()

        with ThreadPoolExecutor(2) as pool:
            assert list(pool.map(call, range(2))) == [DONE, DONE]
        assert client.call() == DONE
        client.client.close()
    assert len(line.heard) == 3
