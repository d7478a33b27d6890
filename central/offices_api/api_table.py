"""Declarations of the API's calls, and what each request has to pass before it is answered."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from central.offices_api.caller import caller_of
from central.offices_api.problems import INVALID_TOKEN
from central.problems import BUSY, MALFORMED, SLOW_DOWN, HttpProblem, media_type, told_to_wait
from central.store.web.desk_records import TaskAddress
from central.terminals.server.http_protocol import VERIFIED
from central.web_accounts import WebEvent, WebEventKind
from kiosk.json_decoder import JsonLimits, decode_object
from kiosk.units import MIB

if TYPE_CHECKING:
    from starlette.requests import Request

    from central.load import LoadSlots
    from central.offices_api.api_context import OfficesApiContext
    from central.web_accounts import OfficeClient

JSON_TYPE = "application/json"
MOST_JSON = 64 * MIB  # the body was limited before (`central.offices_api.app`)


@dataclass(frozen=True)
class OfficeCall:
    """A call of a known system; `source` is its address, `body` what it sent."""

    context: OfficesApiContext
    client: OfficeClient
    source: str
    path: Mapping[str, Any]
    query: Mapping[str, str]
    media_type: str
    body: bytes = field(repr=False)

    @property
    def where(self) -> TaskAddress:
        """Return the task that the path names, for the office of the caller."""
        services = self.context.services_of(self.client.office)
        return TaskAddress(self.path["case"], self.path["service"], services)

    def event(self, kind: WebEventKind, detail: str = "") -> WebEvent:
        """Return an event of now for the audit."""
        return WebEvent(self.context.said_at(), self.client.id, self.source, kind, detail)

    def document(self) -> Mapping[str, Any] | HttpProblem:
        """Return the JSON object that was sent."""
        if self.media_type.partition(";")[0].strip().lower() != JSON_TYPE:
            return media_type("JSON")
        found = decode_object(self.body, JsonLimits(length=MOST_JSON))
        return MALFORMED if found is None else found


Answer = Callable[[OfficeCall], Response | HttpProblem]


@dataclass(frozen=True)
class OfficeOperation:
    """One operation of openapi.yaml."""

    method: str
    path: str
    answer: Answer

    def route(self) -> Route:
        """Return the operation as a route of the application."""

        async def endpoint(request: Request) -> Response:
            body = await request.body()
            context: OfficesApiContext = request.app.state.api
            authorization = request.headers.get("authorization", "")
            client = await run_in_threadpool(caller_of, context, request.scope, authorization)
            if isinstance(client, HttpProblem):
                return challenged(client)
            note_verified(request)
            if wait := context.pace.wait(client.id, context.now()):
                return told_to_wait(SLOW_DOWN, wait)
            slots: LoadSlots = request.app.state.slots
            if wait := slots.retry_after():
                return told_to_wait(BUSY, wait)
            with slots.hold():
                return await run_in_threadpool(self._respond, request, client, body)

        return Route(self.path, endpoint, methods=[self.method])

    def _respond(self, request: Request, client: OfficeClient, body: bytes) -> Response:
        call = OfficeCall(
            context=request.app.state.api,
            client=client,
            source=source_of(request),
            path=request.path_params,
            query=request.query_params,
            media_type=request.headers.get("content-type", ""),
            body=body,
        )
        found = self.answer(call)
        return found.response() if isinstance(found, HttpProblem) else found


def challenged(problem: HttpProblem) -> Response:
    """Return a refusal with the challenge of RFC 6750 §3."""
    answer = problem.response()
    wrong = problem is INVALID_TOKEN
    answer.headers["WWW-Authenticate"] = 'Bearer error="invalid_token"' if wrong else "Bearer"
    return answer


def note_verified(request: Request) -> None:
    """Tell the server that the connection is of somebody known (`LimitedConnections`)."""
    if note := request.scope.get("extensions", {}).get(VERIFIED):
        note()


def source_of(request: Request) -> str:
    """Return the address of the client, "" where the server knows none."""
    return request.client.host if request.client else ""


def json_answer(said: Mapping[str, Any], status: int = 200) -> Response:
    """Return `said` as JSON; `status` is HTTP's."""
    return JSONResponse(said, status)
