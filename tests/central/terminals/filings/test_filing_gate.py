"""Who has no turn hears so before its body is read, and keeps its connection."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from central.terminals.filings.filing_turns import FilingCaller, FilingTurns
from central.terminals.server.http_protocol import GuardedProtocol
from central.terminals.server.http_server import GuardedConfig
from tests.central.listening import listening
from tests.central.standing import (
    LIU,
    OTHER_TERMINAL,
    WANG,
    Standing,
    numbered,
    policy_of_config,
)
from tests.central.terminals.filings.together import good, send

HEAD = f"PUT /v1/applications/{numbered(1)} HTTP/1.1\r\nHost: x\r\n"
GUARD = 30.0


@contextmanager
def crowded(central: Standing) -> Iterator[FilingTurns]:
    """Let others have all turns within the block."""
    turns: FilingTurns = central.app.state.turns
    with ExitStack() as busy:
        while not turns.wait(other := FilingCaller(f"other {turns.here}", f"{turns.here}")):
            busy.enter_context(turns.held(other))
        yield turns


def test_who_has_no_turn_is_told_when_and_is_served_then(
    central: Standing, client: TestClient
) -> None:
    mine = good(central, 1, LIU)
    with crowded(central) as turns:
        before = turns.turned_away
        refused = send(client, mine)
        assert (refused.status_code, refused.json()["type"]) == (503, "busy")
        assert refused.headers["retry-after"] == "1"
        assert turns.turned_away == before + 1
        assert client.get("/v1/keys").status_code == 200
    assert send(client, mine).status_code == 201


def test_a_terminal_goes_on_while_others_have_to_wait(
    central: Standing, client: TestClient
) -> None:
    assert send(client, good(central, 1, LIU)).status_code == 201
    with crowded(central):
        assert send(client, good(central, 1, LIU)).status_code == 200
        other = good(central, 2, WANG, OTHER_TERMINAL)
        assert send(client, other).status_code == 503


def test_who_came_while_a_body_was_read_takes_the_place(
    central: Standing, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The head found room, and there is none any more."""
    asked = iter([0, 7])
    monkeypatch.setattr(FilingTurns, "wait", lambda *_said: next(asked))
    refused = send(client, good(central, 1, LIU))
    assert (refused.status_code, refused.headers["retry-after"]) == (503, "7")
    assert central.app.state.turns.here == 0


def answer_on(line: socket.socket) -> tuple[bytes, bytes]:
    """Return head and body of one answer."""
    said = b""
    while b"\r\n\r\n" not in said:
        said += line.recv(65536)
    head, _, body = said.partition(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
    while len(body) < length:
        body += line.recv(65536)
    return head, body


def test_a_refusal_comes_before_the_body_and_the_connection_serves_the_next(
    central: Standing,
) -> None:
    policy = replace(policy_of_config().connections, idle_seconds=1)
    config = GuardedConfig(central.app, policy, None, log_level="warning")
    with crowded(central), listening(config) as (port, server), ExitStack() as lines:
        line = lines.enter_context(socket.create_connection(("127.0.0.1", port), GUARD))
        line.sendall(f"{HEAD}Content-Length: 4000\r\n\r\n".encode())
        head, body = answer_on(line)
        assert head.startswith(b"HTTP/1.1 503 ")
        assert b"retry-after: 1" in head.lower()
        assert json.loads(body)["type"] == "busy"
        line.sendall(b"a" * 4000)  # nobody reads it as another request
        line.sendall(f"{HEAD}Content-Length: 0\r\n\r\n".encode())
        assert answer_on(line)[0].startswith(b"HTTP/1.1 503 ")
        (connection,) = server.server_state.connections
        assert isinstance(connection, GuardedProtocol)
        assert connection.timeout_keep_alive >= policy.idle_seconds + 1
