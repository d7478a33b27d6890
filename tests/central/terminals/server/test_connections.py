"""Connections that send nothing, or slowly: they are closed, and nobody else waits for them."""

from __future__ import annotations

import json
import select
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from hypothesis import given
from hypothesis import strategies as st

from central.keys.certificates import open_certificates, server_context
from central.load import WorkSlots
from central.policy import ConnectionPolicy, read_policy
from central.terminals.server.connections import (
    LimitedConnections,
    body_deadline,
    raise_file_limit,
    source_of,
)
from central.terminals.server.http_server import GuardedConfig
from drivers.central.client import CentralClient
from drivers.central.trust import trusted
from tests.central.listening import SlotBeforeBody, listening
from tests.central.standing import CONFIG, NOON, TERMINAL, Standing, numbered, standing

TERMINALS = tuple(f"BZ-{number:04d}" for number in range(1, 51))
EACH = 4  # requests of each terminal
SHIPPED = read_policy(CONFIG / "central.toml").connections
QUICK = ConnectionPolicy(
    handshake_seconds=0.05,
    head_seconds=0.05,
    body_seconds=0.05,
    body_bytes_a_second=1_000_000,
    discarded_bytes=100_000,
    idle_seconds=1,
    kept_seconds=2,
    write_seconds=0.05,
    unverified=1024,
    unverified_a_source=256,
    kept=100,
    kept_a_caller=2,
)
GUARD = 60.0  # seconds after which a test gives up; nothing depends on it
HEAD = b"PUT /v1/ratings/x/y HTTP/1.1\r\nHost: x\r\n"
BODY = HEAD + b"Signature: x\r\nContent-Length: 300000\r\n\r\n"
WAITED_FOR = BODY.replace(b"\r\n\r\n", b"\r\nExpect: 100-continue\r\n\r\n")


@pytest.fixture
def central(tmp_path: Path) -> Iterator[Standing]:
    with standing(tmp_path, terminals=(TERMINAL, *TERMINALS)) as built:
        yield built


def connected(port: int, said: bytes = b"") -> socket.socket:
    line = socket.create_connection(("127.0.0.1", port), GUARD)
    line.sendall(said)
    return line


def held_back(port: int) -> socket.socket:
    """Return a request whose body never comes; the service is already waiting for it."""
    line = connected(port, WAITED_FOR)
    assert line.recv(100).startswith(b"HTTP/1.1 100")
    return line


def client_of(central: Standing, port: int, terminal: str) -> CentralClient:
    return CentralClient(
        f"http://127.0.0.1:{port}",
        lambda: central.key(terminal),
        GUARD,
        time.monotonic,
        lambda: NOON,
    )


def ask(central: Standing, port: int, terminal: str, number: int) -> str:
    """Rate as a terminal does, over its own client; return what came of it."""
    client = client_of(central, port, terminal)
    path = f"/v1/ratings/{numbered(TERMINALS.index(terminal))}/s{'abcdefgh'[number]}"
    answer = client.call("PUT", path, b'{"grade":5}', {"Content-Type": "application/json"})
    return answer.trouble.value if answer.trouble else str(answer.status)


def outcomes(central: Standing, port: int) -> Counter[str]:
    """Return what came of all requests of all terminals, sent side by side."""
    with ThreadPoolExecutor(len(TERMINALS)) as crowd:
        asked = [
            crowd.submit(ask, central, port, terminal, number)
            for number in range(EACH)
            for terminal in TERMINALS
        ]
        return Counter(one.result() for one in asked)


def attacked(central: Standing, config: uvicorn.Config, others: int) -> Counter[str]:
    """Return what came of honest requests beside 64 held bodies and `others` of each kind."""
    with listening(config) as (port, _server), ExitStack() as lines:
        for _ in range(64):
            lines.enter_context(held_back(port))
        for said in (b"", HEAD, BODY + b"{"):
            for _ in range(others):
                lines.enter_context(connected(port, said))
        return outcomes(central, port)


@pytest.mark.slow
@pytest.mark.parametrize("others", [0, 150])
def test_idle_and_slow_connections_beside_50_terminals(central: Standing, others: int) -> None:
    load = central.office.policy.load
    before = uvicorn.Config(SlotBeforeBody(central.app, load.in_flight), log_level="warning")
    assert attacked(central, before, 0) == {"503": len(TERMINALS) * EACH}  # the control
    # On a slow machine the limit would follow the completions; here connections are looked at.
    unchanging = replace(load, least_in_flight=load.in_flight)
    central.app.state.terminal_slots = WorkSlots(unchanging, time.monotonic)
    config = GuardedConfig(central.app, SHIPPED, None, log_level="warning")
    assert attacked(central, config, others) == {"201": len(TERMINALS) * EACH}


def test_64_held_bodies_beside_one_terminal(central: Standing) -> None:
    before = uvicorn.Config(SlotBeforeBody(central.app, 64), log_level="warning")
    guarded = GuardedConfig(central.app, SHIPPED, None, log_level="warning")
    found = []
    for config in (before, guarded):
        with listening(config) as (port, _server), ExitStack() as lines:
            for _ in range(64):
                lines.enter_context(held_back(port))
            found.append(ask(central, port, TERMINALS[0], 0))
    assert found == ["503", "201"]


@contextmanager
def quick(central: Standing, policy: ConnectionPolicy = QUICK) -> Iterator[tuple[int, Any]]:
    with listening(GuardedConfig(central.app, policy, None, log_level="warning")) as found:
        yield found


def until_closed(line: socket.socket, drop: Callable[[], bytes] = lambda: b"") -> bytes:
    """Return all that is said until the other side closes; sends `drop()` again and again."""
    said = b""
    while True:
        if piece := drop():
            while not select.select([line], [], [], 0.001)[0]:
                try:
                    line.send(piece)
                except OSError:  # closed; what was said before can still be read
                    break
        try:
            heard = line.recv(65536)
        except ConnectionError:
            return said
        if not heard:
            return said
        said += heard


SLOW_PIECES = (  # what was said, and what comes a byte at a time without ever completing it
    (b"", b""),
    (b"", b"\r\n"),
    (b"GET", b""),
    (b"GET", b" "),
    (HEAD, b""),
    (HEAD, b"a"),
    (BODY, b""),
    (BODY, b"a"),
    (BODY + b"{", b"a"),
)


@pytest.mark.parametrize(("said", "piece"), SLOW_PIECES)
def test_who_is_too_slow_is_told_and_closed(central: Standing, said: bytes, piece: bytes) -> None:
    with quick(central) as (port, _server), connected(port, said) as line:
        answer = until_closed(line, lambda: piece)
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 408 ")
    assert json.loads(body)["type"] == "timed-out"


def test_a_kept_connection_is_closed_when_nothing_more_is_asked(central: Standing) -> None:
    with quick(central, replace(SHIPPED, idle_seconds=1)) as (port, server):
        with connected(port, b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n") as line:
            assert until_closed(line).startswith(b"HTTP/1.1 200 ")
        with connected(port, b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n" * 2) as line:
            assert until_closed(line).count(b"HTTP/1.1 200 ") == 2
        assert len(server.config.unverified) == 0


def test_a_second_request_has_its_deadline_too(central: Standing) -> None:
    with quick(central) as (port, _server):
        first = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
        with connected(port, first + HEAD) as line:
            assert b"HTTP/1.1 408 " in until_closed(line)


@pytest.mark.parametrize("signed", [True, False])
@pytest.mark.parametrize("stated", [True, False])
def test_a_body_that_never_ends_is_refused_and_closed(
    central: Standing, signed: bool, stated: bool
) -> None:
    length = b"Content-Length: 900000000" if stated else b"Transfer-Encoding: chunked"
    signature = b"Signature: x\r\n" if signed else b""
    piece = b"a" * 0x1000 if stated else b"1000\r\n" + b"a" * 0x1000 + b"\r\n"
    patient = replace(QUICK, body_seconds=GUARD)
    head = HEAD + signature + length + b"\r\n\r\n"
    with quick(central, patient) as (port, _server), connected(port, head) as line:
        answer = until_closed(line, lambda: piece)
    assert answer.startswith(b"HTTP/1.1 413 ") or not answer  # a reset may overtake the answer


def test_an_answer_that_nobody_reads_is_given_up(central: Standing) -> None:
    ended = threading.Event()

    async def long_answer(_scope: Any, _receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        for _ in range(1000):
            chunk = {"type": "http.response.body", "body": bytes(65536), "more_body": True}
            await send(chunk)
        ended.set()

    policy = replace(SHIPPED, write_seconds=0.05)
    config = GuardedConfig(long_answer, policy, None, log_level="critical", lifespan="off")
    asked = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
    with listening(config) as (port, _server), connected(port, asked) as line:
        assert line.recv(1)
        assert ended.wait(GUARD)
        assert len(until_closed(line)) < 1000 * 65536


def test_who_leaves_in_the_middle_costs_nothing(central: Standing) -> None:
    with quick(central, SHIPPED) as (port, server):
        for said in (b"", HEAD, BODY, BODY + b"{"):
            connected(port, said).close()
        assert ask(central, port, TERMINALS[0], 0) == "201"
        while len(server.config.unverified):
            assert ask(central, port, TERMINALS[1], 0) in ("201", "200")


def test_a_verified_connection_is_not_counted(central: Standing) -> None:
    with quick(central, replace(SHIPPED, unverified_a_source=1)) as (port, server):
        config: GuardedConfig = server.config
        assert ask(central, port, TERMINALS[0], 0) == "201"
        with connected(port) as oldest, connected(port, HEAD):
            assert until_closed(oldest) == b""  # the newer one takes its place
        assert ask(central, port, TERMINALS[0], 1) == "201"
        assert config.unverified.most_a_source == 1


def test_a_caller_keeps_its_connection_for_longer(central: Standing) -> None:
    policy = replace(SHIPPED, idle_seconds=0, kept_a_caller=1)
    with quick(central, policy) as (port, server), ExitStack() as clients:
        kept: GuardedConfig = server.config
        for terminal, count in ((TERMINALS[0], 1), (TERMINALS[0], 1), (TERMINALS[1], 2)):
            client = clients.enter_context(closing(client_of(central, port, terminal)))
            path, typed = f"/v1/ratings/{numbered(0)}/filing", {"Content-Type": "application/json"}
            for _ in range(2):
                assert client.call("PUT", path, b'{"grade":5}', typed).status in (200, 201)
            assert len(kept.kept) == count  # another client of the same terminal takes its place
        assert len(kept.unverified) == 0


def secured(central: Standing, folder: Path, policy: ConnectionPolicy) -> tuple[Any, Path]:
    folder.mkdir()
    files = open_certificates(folder, (), central.office.policy.certificates, NOON)
    config = GuardedConfig(central.app, policy, server_context(files), log_level="warning")
    return config, files.authority


def test_a_handshake_has_a_deadline(central: Standing, tmp_path: Path) -> None:
    config, _authority = secured(central, tmp_path / "tls", QUICK)
    with listening(config) as (port, _server):
        for said in (b"", b"\x16", b"GET / HTTP/1.1\r\n\r\n"):
            with connected(port, said) as line:
                assert b"HTTP" not in until_closed(line)


def test_deadlines_hold_within_tls(central: Standing, tmp_path: Path) -> None:
    policy = replace(SHIPPED, head_seconds=1.0)
    config, authority = secured(central, tmp_path / "tls", policy)
    with listening(config) as (port, _server):
        context = trusted(str(authority))
        with context.wrap_socket(connected(port), server_hostname="localhost") as line:
            assert until_closed(line).startswith(b"HTTP/1.1 408 ")
        with context.wrap_socket(connected(port), server_hostname="localhost") as line:
            line.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            assert until_closed(line).startswith(b"HTTP/1.1 200 ")


def test_a_stop_waits_for_no_idle_connection(
    central: Standing, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Its peer answers the end of TLS no sooner than it asks again."""
    config, authority = secured(central, tmp_path / "tls", SHIPPED)
    context = trusted(str(authority))
    with ExitStack() as kept:
        with listening(config) as (port, _server):
            line = context.wrap_socket(connected(port), server_hostname="localhost")
            kept.enter_context(line).sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
            assert line.recv(1000).startswith(b"HTTP/1.1 200 ")
        assert "graceful shutdown exceeded" not in caplog.text


def test_half_handshakes_count_as_unverified(central: Standing, tmp_path: Path) -> None:
    policy = replace(SHIPPED, unverified_a_source=2)
    config, _authority = secured(central, tmp_path / "tls", policy)
    with listening(config) as (port, _server), ExitStack() as lines:
        held = [lines.enter_context(connected(port, b"\x16")) for _ in range(3)]
        assert until_closed(held[0]) == b""
        assert len(config.unverified) <= 2


class NotedConnection:
    """A connection that notes when it is closed."""

    def __init__(self, closed: list[NotedConnection]) -> None:
        self.closed = closed

    def drop(self) -> None:
        self.closed.append(self)


def test_the_oldest_of_a_source_is_closed_first() -> None:
    closed: list[NotedConnection] = []
    lines = [NotedConnection(closed) for _ in range(6)]
    held = LimitedConnections(most=4, most_a_source=3)
    for line in lines[:3]:
        held.admit("10.0.0.1", line)
    held.admit("10.0.0.1", lines[0])  # is counted already
    held.admit("10.0.0.1", lines[3])
    assert closed == [lines[0]]
    held.admit("10.0.0.2", lines[4])
    held.admit("10.0.0.3", lines[5])  # one too many in all: the source with most gives one up
    assert closed == lines[:2]
    held.forget("10.0.0.9", lines[5])
    assert len(held) == 4


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 30), st.booleans()), max_size=200))
def test_never_more_than_the_limits(steps: list[tuple[int, int, bool]]) -> None:
    closed: list[NotedConnection] = []
    lines = {
        (source, number): NotedConnection(closed) for source in range(6) for number in range(31)
    }
    held = LimitedConnections(most=12, most_a_source=5)
    open_ones: set[tuple[int, int]] = set()
    for source, number, comes in steps:
        line = lines[source, number]
        (held.admit if comes else held.forget)(f"10.0.0.{source}", line)
        (open_ones.add if comes else open_ones.discard)((source, number))
        open_ones -= {key for key, one in lines.items() if one in closed}
        closed.clear()
        assert len(held) == len(open_ones) <= 12
        assert all(count <= 5 for count in Counter(one for one, _ in open_ones).values())


def test_sources() -> None:
    assert source_of("10.1.2.3") == source_of("::ffff:10.1.2.3")
    assert source_of("2001:db8:0:7::1") == source_of("2001:db8:0:7:ffff::2")
    assert source_of("2001:db8:0:7::1") != source_of("2001:db8:0:8::1")
    assert source_of(source_of("2001:db8::1")) == source_of("2001:db8::1")
    assert source_of("fe80::1%eth0") == source_of("fe80::2")
    assert source_of("") == ""


@given(st.floats(0, 1e6), st.integers(0, 10**6), st.integers(0, 10**6))
def test_more_of_a_body_gives_more_time(began: float, less: int, more: int) -> None:
    early, late = sorted((less, more))
    assert began <= body_deadline(began, early, SHIPPED) <= body_deadline(began, late, SHIPPED)
    assert body_deadline(0.0, 0, SHIPPED) == SHIPPED.body_seconds


def test_as_many_files_as_connections(monkeypatch: pytest.MonkeyPatch) -> None:
    import resource

    limits, asked = [(1024, 524288)], []
    monkeypatch.setattr(resource, "getrlimit", lambda _kind: limits[0])
    monkeypatch.setattr(resource, "setrlimit", lambda _kind, wanted: asked.append(wanted))
    raise_file_limit(SHIPPED)
    limits[0] = (1024, 2000)
    raise_file_limit(SHIPPED)
    for limits[0] in ((8192, 524288), (resource.RLIM_INFINITY, resource.RLIM_INFINITY)):
        raise_file_limit(SHIPPED)
    assert asked == [(4804, 524288), (2000, 2000)]
