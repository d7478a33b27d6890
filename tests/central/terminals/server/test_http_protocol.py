"""The protocol of one connection: what it stops reading, and when it goes on."""

from __future__ import annotations

import asyncio
from typing import Any, cast

from uvicorn.server import ServerState

from central.policy import read_policy
from central.terminals.server.http_protocol import PACED, GuardedProtocol
from central.terminals.server.http_server import GuardedConfig
from tests.central.standing import CONFIG

POLICY = read_policy(CONFIG / "central.toml").connections
ASKED = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
ENDLESS = b"PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 10000000000\r\n\r\n"
REST_SECONDS = 0.01
SLOWER = "HTTP/1.1 429 Too Many Requests"


class NotedTransport:
    """A transport that notes what is done with it."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.bodies: list[str] = []
        self.closing = False

    def write(self, said: bytes) -> None:
        self.done.append(said.split(b"\r\n")[0].decode())
        self.bodies.append(said.partition(b"\r\n\r\n")[2].decode())

    def pause_reading(self) -> None:
        self.done.append("paused")

    def resume_reading(self) -> None:
        self.done.append("resumed")

    def abort(self) -> None:
        self.done.append("aborted")
        self.closing = True

    def close(self) -> None:
        self.done.append("closed")
        self.closing = True

    def is_closing(self) -> bool:
        return self.closing

    def get_extra_info(self, _name: str) -> None:
        return None


def connected(app: Any) -> tuple[GuardedProtocol, NotedTransport]:
    """Return a connection to `app`, and what is done with its transport."""
    config = GuardedConfig(app, POLICY, None, log_level="warning", lifespan="off")
    config.load()
    state: dict[str, Any] = {"server_state": ServerState(), "app_state": {}}
    line = GuardedProtocol(config, "10.0.0.1", **state)
    transport = NotedTransport()
    line.connection_made(cast("asyncio.Transport", transport))
    return line, transport


async def settled() -> None:
    """Let all that is ready run."""
    for _ in range(20):
        await asyncio.sleep(0)


async def refuse(scope: Any, _receive: Any, send: Any) -> None:
    if rest := scope["extensions"].get(PACED):
        rest(REST_SECONDS)
    await send(
        {"type": "http.response.start", "status": 429, "headers": [(b"content-length", b"0")]}
    )
    await send({"type": "http.response.body", "body": b""})


async def echo_heads(scope: Any, receive: Any, send: Any) -> None:
    while (await receive()).get("more_body"):
        pass
    names = b"+".join(name for name, _ in scope["headers"])
    headers = [(b"content-length", str(len(names)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": names})


async def answer(_scope: Any, _receive: Any, send: Any) -> None:
    await send(
        {"type": "http.response.start", "status": 413, "headers": [(b"content-length", b"0")]}
    )
    await send({"type": "http.response.body", "body": b""})


def test_who_asks_too_much_is_not_read_for_so_long() -> None:
    async def ask() -> list[str]:
        line, transport = connected(refuse)
        line.data_received(ASKED + ASKED)  # the second one is here already, and waits all the same
        await settled()
        assert [one for one in transport.done if one != "paused"] == [SLOWER]
        before = len(transport.done)
        while transport.done.count(SLOWER) < 2:  # noqa: ASYNC110 - nothing tells that it wrote
            await asyncio.sleep(REST_SECONDS)
        line.connection_lost(None)
        return transport.done[before:]

    assert asyncio.run(ask())[0] == "resumed"


def test_who_is_gone_meanwhile_is_not_read_again() -> None:
    async def ask() -> list[str]:
        line, transport = connected(refuse)
        line.data_received(ASKED)
        await settled()
        line.drop()
        done = len(transport.done)
        line._end_rest()
        found = transport.done[done:]
        line.connection_lost(None)
        return found

    assert asyncio.run(ask()) == []


def test_an_endless_body_is_read_no_further_than_a_whole_one() -> None:
    async def ask() -> list[str]:
        line, transport = connected(answer)
        line.data_received(ENDLESS)
        await settled()
        assert "HTTP/1.1 413 Content Too Large" in transport.done
        already = transport.done.count("paused")
        line.data_received(bytes(POLICY.discarded_bytes))
        assert transport.done.count("paused") == already
        line.data_received(b"a")
        assert transport.done.count("paused") == already + 1
        line.loop.time = lambda: 1e9  # type: ignore[method-assign]
        line._look_at_the_clock()
        found = transport.done[-1:]
        line.connection_lost(None)
        return found

    assert asyncio.run(ask()) == ["aborted"]


def test_a_line_behind_a_body_is_none_of_its_head() -> None:
    async def ask() -> list[str]:
        line, transport = connected(echo_heads)
        line.data_received(b"PUT / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n")
        await settled()
        line.data_received(b"a\r\n0\r\nSignature: y\r\n\r\n")
        await settled()
        line.connection_lost(None)
        return transport.bodies

    assert asyncio.run(ask()) == ["host+transfer-encoding"]


def test_the_head_behind_a_request_waits_for_its_answer() -> None:
    """What comes meanwhile has an end: else its lines would fill the memory."""

    async def never(_scope: Any, _receive: Any, _send: Any) -> None:
        await asyncio.Event().wait()

    async def ask() -> list[str]:
        line, transport = connected(never)
        line.data_received(ASKED)
        line.data_received(b"GET / HTTP/1.1\r\nHost: x\r\nA: ")
        for _ in range(17):
            line.data_received(b"a" * 4096)
        found = list(transport.done)
        line.connection_lost(None)
        return found

    assert asyncio.run(ask()) == ["paused"]
