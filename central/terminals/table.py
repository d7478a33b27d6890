"""Declarations of API calls: method, path, function, and every status that it may answer."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from fastapi import Depends, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute

from central.app_context import AppContext
from central.authenticated_request import AuthenticatedRequest
from central.problems import MALFORMED, MEDIA_TYPE
from central.terminals.caller import public_slot, terminal_slot
from kiosk.crypto.envelope import digest

_PROBLEM: dict[str, Any] = {"content": {MEDIA_TYPE: {}}}


@dataclass(frozen=True)
class ApiCall:
    """One call of openapi.yaml.

    - `statuses`: all but those that every call has, or that `known` adds.
    - `known`: the call must be signed by a terminal.
    - `limited`: the call holds a load slot.
    - `parcel`: the call hands in a record of the outbox, so its refusals are signed.
    """

    method: str
    path: str
    call: Callable[..., Response | Awaitable[Response]]
    statuses: tuple[int, ...]
    known: bool = True
    parcel: bool = False
    limited: bool = True

    def add_to(self, app: FastAPI) -> None:
        """Register the call as a route of `app`."""
        statuses = {*self.statuses, *((401, 403, 425, 429) if self.known else ()), 503}
        slot = terminal_slot if self.known else public_slot
        app.router.add_api_route(
            self.path,
            self.call,
            methods=[self.method],
            status_code=min(statuses),
            # Given back before the answer is sent: whoever reads slowly holds none.
            dependencies=[Depends(slot, scope="function")] if self.limited else [],
            responses=_documented(statuses),
            route_class_override=_ParcelRoute if self.parcel else None,
        )


class _ParcelRoute(APIRoute):
    """Route of a call that hands something in; its final refusals carry a signature.

    A terminal sets nothing aside without it: any gateway on the way can answer 404. Answers that
    mean "not now" or "not you" (401, 403, 425, 429, 503) stay unsigned.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def answer(request: Request) -> Response:
            try:
                answered = await handle(request)
            except RequestValidationError:
                answered = MALFORMED.response()
            return sign_refusal_of(request, answered)

        return answer


def sign_refusal_of(request: Request, answer: Response) -> Response:
    """Return the answer to `request`, signed if it is a final refusal of what was handed in."""
    asking: AuthenticatedRequest | None = getattr(request.state, "asking", None)
    if asking is None or answer.media_type != MEDIA_TYPE:
        return answer
    context: AppContext = request.app.state.office
    signed = context.refuse(asking, json.loads(bytes(answer.body)))
    return Response(signed, answer.status_code, media_type=MEDIA_TYPE)


def json_of(body: bytes, status: HTTPStatus = HTTPStatus.OK, **headers: str) -> Response:
    """Return a response whose body is JSON that is encoded already.

    `status` is that of HTTP; `headers` are added.
    """
    return Response(body, status.value, headers, media_type="application/json")


def settled(body: bytes, *, new: bool) -> Response:
    """Return a response with a receipt: 201 when this call brought the content, otherwise 200."""
    return json_of(body, HTTPStatus.CREATED if new else HTTPStatus.OK)


def tagged(request: Request, body: bytes, media_type: str = "application/json") -> Response:
    """Return a response with an ETag, or 304 when the client has this version.

    `body` has the type `media_type`.
    """
    tag = f'"{digest(body)[:32]}"'
    known = request.headers.get("if-none-match", "")
    if tag in (one.strip().removeprefix("W/") for one in known.split(",")) or known == "*":
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers={"ETag": tag})
    return Response(body, headers={"ETag": tag}, media_type=media_type)


def _documented(statuses: Iterable[int]) -> dict[int | str, dict[str, Any]]:
    return {
        status: {
            "description": HTTPStatus(status).phrase,
            **(_PROBLEM if status >= HTTPStatus.BAD_REQUEST else {}),
        }
        for status in statuses
    }
