"""Figures of the service for Prometheus, on an address of the machine itself; they name nobody."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import contextmanager
from typing import TYPE_CHECKING

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    start_http_server,
)
from starlette.routing import Route

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi import FastAPI
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from central.load import WorkSlots
    from central.terminals.filings.filing_turns import FilingTurns
    from central.terminals.server.connections import LimitedConnections

LOOPBACK = "127.0.0.1"
OTHER = "other"  # an address that no call has: strangers may try as many as they like
_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.3, 1.0, 3.0, 10.0)
_PARTS = 3  # of an address that name a call: "/v1/applications/ID" has two, and what it is about


class ServiceMetrics:
    """What is counted of one process of the service."""

    def __init__(self, app: FastAPI) -> None:
        self._calls = {_call_of(one.path) for one in app.routes if isinstance(one, Route)}
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self._seconds = Histogram(
            "kiosk_central_call_seconds",
            "How long a call took, from its head to its answer.",
            ("call",),
            registry=self.registry,
            buckets=_BUCKETS,
        )
        self._answers = Counter(
            "kiosk_central_answers",
            "Answers by call and status.",
            ("call", "status"),
            registry=self.registry,
        )
        slots: WorkSlots = app.state.terminal_slots
        self._watch("in_flight", "Verified calls at work.", lambda: slots.in_flight)
        self._watch("in_flight_limit", "How many may be at work now.", lambda: slots.limit)
        turns: FilingTurns = app.state.turns
        self._watch("filings_here", "Applications that wait or are at work.", lambda: turns.here)
        self._watch("filings_limit", "How many before none may begin.", lambda: turns.limit)
        self._watch(
            "turned_away",
            "Calls that were told to come back so far.",
            lambda: slots.turned_away + turns.turned_away,
        )

    def watch_connections(self, kind: str, held: LimitedConnections) -> None:
        """Also tell how many connections of a `kind` are `held`."""
        self._watch(f"connections_{kind}", f"Open connections: {kind}.", lambda: len(held))

    def count(self, path: str, status: int, seconds: float) -> None:
        """Count one answer: `path` of the request, `status` of HTTP, how many `seconds` it took."""
        named = self.name_of(path)
        self._seconds.labels(named).observe(seconds)
        self._answers.labels(named, status).inc()

    def name_of(self, path: str) -> str:
        """Return what names the call of a path, without any id; OTHER for no call."""
        whole, short = _call_of(path), "/".join(path.split("/")[:_PARTS])
        return next((one for one in (whole, short) if one in self._calls), OTHER)

    def _watch(self, name: str, words: str, value: Callable[[], float]) -> None:
        Gauge(f"kiosk_central_{name}", words, registry=self.registry).set_function(value)


class CountedCalls:
    """ASGI middleware that counts each answer of `app`; `monotonic` measures how long it took."""

    def __init__(
        self,
        app: ASGIApp,
        metrics: ServiceMetrics,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._app, self._metrics, self._monotonic = app, metrics, monotonic

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; `scope`, `receive` and `send` are those of ASGI."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun, statuses = self._monotonic(), []

        async def noted(message: Message) -> None:
            if message["type"] == "http.response.start":
                statuses.append(message["status"])
            await send(message)

        try:
            await self._app(scope, receive, noted)
        finally:
            for status in statuses:  # one, or none where the client is gone
                self._metrics.count(scope["path"], status, self._monotonic() - begun)


@contextmanager
def serving_metrics(port: int, metrics: ServiceMetrics) -> Iterator[int]:
    """Answer scrapes on `port` of this machine, 0 for any free one; yield the port.

    Raises OSError when it is taken.
    """
    server, thread = start_http_server(port, LOOPBACK, metrics.registry)
    try:
        yield int(server.server_port)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _call_of(path: str) -> str:
    """Return what names the call of an address or of a route's path, without any id."""
    parts = path.split("/")
    about = [one for one in parts[_PARTS:] if one.isalpha() and "{" not in one]
    return "/".join([*parts[:_PARTS], *about])
