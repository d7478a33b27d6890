"""The calls that make nearly all of the load, answered without FastAPI's dependencies.

They run the same functions in the same order: signature, load slot, headers, the call itself. What
they leave out is the work of finding out, for each request anew, which function needs what.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from central.app_context import AppContext
from central.authenticated_request import AuthenticatedRequest
from central.problems import MALFORMED
from central.terminals.applications import get_progress
from central.terminals.caller import authenticate, hold_slot, note_verified, office, verified
from central.terminals.filings.filing_batch import FilingCall
from central.terminals.filings.filing_queue import FilingQueue
from central.terminals.fleet import Beat, Range, post_heartbeat, post_reconciliation
from central.terminals.people import post_facts
from central.terminals.visits import Person
from kiosk.json_decoder import decode_object

_JSON = re.compile(r"application/(.+\+)?json")  # as FastAPI takes it
Body = TypeVar("Body", bound=BaseModel)
DirectCall = Callable[[Request, AuthenticatedRequest, AppContext], Response]


def direct_routes() -> list[Route]:
    """Return the routes that come before those of the same calls in `SUBJECTS`.

    An address that is not exactly as a terminal writes it is left to those.
    """
    return [
        _route("PUT", "/v1/applications/{application_id:uuid}", _filed),
        _route("GET", "/v1/applications/{application_id:uuid}/progress", _answering(_progress)),
        _route("POST", "/v1/heartbeat", _answering(_heartbeat)),
        _route("POST", "/v1/reconciliation", _answering(_reconciliation)),
        _route("POST", "/v1/people/facts", _answering(_facts)),
    ]


def _route(method: str, path: str, answer: Callable[[Request], Awaitable[Response]]) -> Route:
    found = Route(path, answer, methods=[method])
    found.methods = {method}  # Starlette adds HEAD to GET, which openapi.yaml does not have
    return found


async def _filed(request: Request) -> Response:
    """Answer an application together with those that came at the same time."""
    queue: FilingQueue = request.app.state.filings
    try:
        return await queue.respond(FilingCall(request, await request.body()))
    finally:
        _note_known(request)


def _note_known(request: Request) -> None:
    if (known := getattr(request.state, "known", None)) is not None:
        note_verified(request, known)


def _answering(call: DirectCall) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        context = await office(request)
        body = await request.body()
        try:
            return await run_in_threadpool(_serve, call, request, body, context)
        finally:
            _note_known(request)

    return answer


def _serve(call: DirectCall, request: Request, body: bytes, context: AppContext) -> Response:
    """Do all of a call on one thread: each change of threads costs as much as a look."""
    known = verified(request, request.headers.get("signature"), context, body)
    request.state.known = known
    with hold_slot(request, known):
        return call(request, authenticate(request, context, body, known), context)


def _progress(request: Request, asked: AuthenticatedRequest, context: AppContext) -> Response:
    return get_progress(request.path_params["application_id"], request, asked, context)


def _heartbeat(request: Request, asked: AuthenticatedRequest, context: AppContext) -> Response:
    beat = _body_of(request, asked, Beat)
    return MALFORMED.response() if beat is None else post_heartbeat(beat, asked, context)


def _reconciliation(request: Request, asked: AuthenticatedRequest, context: AppContext) -> Response:
    said = _body_of(request, asked, Range)
    return MALFORMED.response() if said is None else post_reconciliation(said, asked, context)


def _facts(request: Request, asked: AuthenticatedRequest, context: AppContext) -> Response:
    person = _body_of(request, asked, Person)
    return MALFORMED.response() if person is None else post_facts(person, asked, context)


def _body_of(request: Request, asked: AuthenticatedRequest, kind: type[Body]) -> Body | None:
    """Return what the body says, None where it is not one of its kind."""
    said = decode_object(asked.body)
    kind_said = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if said is None or not _JSON.fullmatch(kind_said):
        return None
    try:
        return kind.model_validate(said)
    except ValidationError:
        return None
