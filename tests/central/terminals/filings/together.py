"""Requests to hand in applications that are handled as one batch, and alone on the long way."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any

from fastapi import FastAPI
from httpx2 import Response
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response as Answer
from starlette.testclient import TestClient

from central.terminals.app import build_app
from central.terminals.direct import DirectCalls
from central.terminals.filings.filing_batch import FilingCall, answer_together
from tests.central.standing import (
    TERMINAL,
    Signing,
    Standing,
    content,
    numbered,
)


@dataclass
class Gathered:
    """A queue that answers once `count` calls are there, all of them together."""

    count: int
    answer: Callable[[Sequence[FilingCall]], None]
    calls: list[FilingCall] = field(default_factory=list)
    done: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)

    async def respond(self, call: FilingCall) -> Answer:
        with self.lock:
            self.calls.append(call)
            is_last = len(self.calls) == self.count
        if is_last:
            await run_in_threadpool(self.answer, self.calls)
            self.done.set()
        await run_in_threadpool(self.done.wait, 60)
        assert call.answer is not None
        if isinstance(call.answer, Exception):
            raise call.answer
        return call.answer


@dataclass(frozen=True)
class SentFiling:
    """A request to hand in an application: by default a good one."""

    body: bytes
    number: int = 1
    headers: dict[str, str] = field(default_factory=dict)


def client_of(central: Standing, app: FastAPI) -> TestClient:
    client = TestClient(app, raise_server_exceptions=False)
    client.auth = Signing(central)
    return client


def send(client: TestClient, sent: SentFiling) -> Response:
    return client.put(
        f"/v1/applications/{numbered(sent.number)}", content=sent.body, headers=sent.headers
    )


def together(central: Standing, *sent: SentFiling) -> list[Response]:
    """The answers to requests that are handled as one batch."""
    app = build_app(central.office)
    app.state.filings = Gathered(len(sent), lambda calls: answer_together(calls, central.office))
    with ThreadPoolExecutor(len(sent)) as pool:
        return list(pool.map(lambda one: send(client_of(central, app), one), sent))


def the_long_way(central: Standing) -> TestClient:
    """A client of the service as it is without its short ways."""
    app = build_app(central.office)
    app.user_middleware[:] = [one for one in app.user_middleware if one.cls is not DirectCalls]
    return client_of(central, app)


def good(
    central: Standing, number: int, person: str, terminal: str = TERMINAL, **more: Any
) -> SentFiling:
    envelope = central.envelope(content(numbered(number), person, **more), terminal=terminal)
    return SentFiling(envelope.encode(), number, central.headers(terminal))


def with_headers(sent: SentFiling, **changed: str) -> SentFiling:
    return replace(sent, headers=sent.headers | changed)
