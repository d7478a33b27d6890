"""Limit of request bodies: of terminals 320 KiB with a Signature header, 4 KiB without."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from central.problems import TOO_LARGE, UNSIGNED_TOO_LARGE, HttpProblem

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

LONGEST = (256 + 64) * 1024  # the longest sealed content, and JSON around it
LONGEST_UNSIGNED = 4 * 1024  # an enrolment is below 1 KiB


Headers = dict[bytes, bytes]


def limit_of_terminals(headers: Headers) -> tuple[int, HttpProblem]:
    """Return the longest body in bytes of a request with these headers, and its refusal."""
    if b"signature" in headers:
        return LONGEST, TOO_LARGE
    return LONGEST_UNSIGNED, UNSIGNED_TOO_LARGE


@dataclass(frozen=True)
class BodyLimit:
    """ASGI middleware that reads the whole body before the application starts, or answers 413.

    A body whose Content-Length is too long is refused without reading it. `limit_of` returns the
    longest body by the headers of a request, with its refusal.
    """

    app: ASGIApp
    limit_of: Callable[[Headers], tuple[int, HttpProblem]] = limit_of_terminals

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Read the request's body and pass it on, or answer 413 in the application's place.

        `scope`, `receive` and `send` are those of ASGI.
        """
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers: Headers = dict(scope["headers"])
        longest, refusal = self.limit_of(headers)
        body = None if _stated_length(headers) > longest else await _read(receive, longest)
        if body is None:
            await refusal.response()(scope, receive, send)
        elif isinstance(body, bytes):
            await self.app(scope, _replay(body, receive), send)


class _Gone:
    """Result of reading a body whose client disconnected: there is nobody to answer."""


def _stated_length(headers: Headers) -> int:
    stated = headers.get(b"content-length", b"")
    return int(stated) if stated.isdigit() else 0


async def _read(receive: Receive, longest: int) -> bytes | _Gone | None:
    """Return the whole body; None when it is longer than `longest` bytes."""
    body, more = bytearray(), True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return _Gone()
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > longest:
            return None
    return bytes(body)


def _replay(body: bytes, receive: Receive) -> Receive:
    """Return a `receive` that gives the body once and then passes on what the server receives."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replayed() -> Message:
        return waiting.pop() if waiting else await receive()

    return replayed
