"""The ASGI application of central/offices/openapi.yaml: routes, limits and error answers."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, cast

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.routing import Route

from central.load import LoadSlots
from central.offices_api import content, decisions, services, tasks
from central.offices_api.api_table import challenged, note_verified, source_of
from central.offices_api.caller import thumbprint_in
from central.offices_api.problems import BODY_TOO_LARGE, DATABASE_AWAY, NO_CERTIFICATE
from central.offices_api.token_endpoint import issue_token
from central.problems import (
    BUSY,
    SLOW_DOWN,
    UNSIGNED_TOO_LARGE,
    HttpProblem,
    told_to_wait,
)
from central.store.database import UNREACHABLE_ERRORS
from central.terminals.body_limit import LONGEST_UNSIGNED, BodyLimit

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from central.offices_api.api_context import OfficesApiContext
    from central.terminals.body_limit import Headers

LOG = logging.getLogger("central.offices_api")
TOKEN_PATH = "/v1/token"  # noqa: S105 - the path of an operation
OPERATIONS = (
    *tasks.OPERATIONS,
    *content.OPERATIONS,
    *decisions.OPERATIONS,
    *services.OPERATIONS,
)
_AROUND_FILE = 64 * 1024  # bytes of JSON around a certificate's file


class NoStore:
    """ASGI middleware that lets nobody keep an answer: most of them are about a person."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and add the header; `scope`, `receive`, `send` are ASGI's."""

        async def with_header(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
                MutableHeaders(scope=message).update(headers)
            await send(message)

        await self._app(scope, receive, with_header)


def build_offices_app(
    context: OfficesApiContext, monotonic: Callable[[], float] = time.monotonic
) -> Starlette:
    """Return the application that serves central/offices/openapi.yaml over `context`.

    `monotonic` returns seconds of a clock that never goes back; it measures how long calls take.
    """
    longest = context.rules.results.longest_file_bytes * 4 // 3 + _AROUND_FILE
    app = Starlette(
        routes=[
            Route(TOKEN_PATH, _token, methods=["POST"]),
            *(one.route() for one in OPERATIONS),
        ],
        middleware=[
            Middleware(NoStore),
            Middleware(BodyLimit, limit_of=partial(_limit_of, longest)),
        ],
        exception_handlers={
            HTTPException: _refuse,
            **dict.fromkeys(UNREACHABLE_ERRORS, _unreachable),
        },
    )
    app.router.redirect_slashes = False
    app.state.api = context
    app.state.slots = LoadSlots(context.rules.limits.in_flight, monotonic)
    return app


def _limit_of(longest: int, headers: Headers) -> tuple[int, HttpProblem]:
    if b"authorization" in headers:
        return longest, BODY_TOO_LARGE
    return LONGEST_UNSIGNED, UNSIGNED_TOO_LARGE


async def _token(request: Request) -> Response:
    context: OfficesApiContext = request.app.state.api
    thumbprint = thumbprint_in(request.scope)
    if not thumbprint:
        return challenged(NO_CERTIFICATE)
    # By the certificate: who has no account yet must not ask without end, either.
    if wait := context.pace.wait(thumbprint, context.now()):
        return told_to_wait(SLOW_DOWN, wait)
    body = await request.body()
    slots: LoadSlots = request.app.state.slots
    if wait := slots.retry_after():
        return told_to_wait(BUSY, wait)
    media_type = request.headers.get("content-type", "")
    with slots.hold():
        answer = await run_in_threadpool(
            issue_token, context, thumbprint, source_of(request), media_type, body
        )
    if answer.status_code == HTTPStatus.OK:
        note_verified(request)
    return answer


def _refuse(_request: Request, error: Exception) -> Response:
    found = cast("HTTPException", error)
    status = HTTPStatus(found.status_code)
    answer = HttpProblem(status, "about:blank", status.phrase).response()
    answer.headers.update(found.headers or {})
    return answer


def _unreachable(request: Request, error: Exception) -> Response:
    LOG.warning("database: %s", type(error).__name__)  # its text may repeat what was asked for
    context: OfficesApiContext = request.app.state.api
    return told_to_wait(DATABASE_AWAY, context.rules.limits.retry_seconds)
