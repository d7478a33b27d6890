"""ASGI middleware that makes each request a span."""

from __future__ import annotations

from typing import TYPE_CHECKING

from central.traces.spans import OTHER, SpanAttribute

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from central.traces.spans import Tracer

_METHODS = ("GET", "PUT", "POST", "DELETE", "HEAD")


class TracedCalls:
    """Traces each request of `app`; `name_of` returns what names the call of a path, without ids.

    What a caller says of traces of its own (`traceparent`) is not read.
    """

    def __init__(self, app: ASGIApp, tracer: Tracer, name_of: Callable[[str], str]) -> None:
        self._app, self._tracer, self._name_of = app, tracer, name_of

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; `scope`, `receive` and `send` are those of ASGI."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        call = self._name_of(scope["path"])
        method = scope["method"] if scope["method"] in _METHODS else OTHER
        said: dict[SpanAttribute, str | int] = {
            SpanAttribute.METHOD: method,
            SpanAttribute.ROUTE: call,
        }
        with self._tracer.begun(f"{method} {call}", said, served=True) as span:

            async def noted(message: Message) -> None:
                if message["type"] == "http.response.start":
                    span.note(SpanAttribute.STATUS, message["status"])
                await send(message)

            await self._app(scope, receive, noted)
