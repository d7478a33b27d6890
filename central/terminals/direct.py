"""The calls that make nearly all of the load, answered without FastAPI's dependencies.

They run the same functions in the same order: signature, load slot, headers, the call itself. What
they leave out is the work of finding out, for each request anew, which function needs what.
"""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from central.app_context import AppContext
from central.authenticated_request import AuthenticatedRequest
from central.problems import MALFORMED
from central.terminals.applications import put_application
from central.terminals.caller import asking, hold_terminal_slot, office, verified
from central.terminals.fleet import Beat, post_heartbeat
from central.terminals.table import sign_refusal_of
from kiosk.json_decoder import decode_object

_JSON = "application/json"
DirectCall = Callable[[Request, AuthenticatedRequest, AppContext], Response]


def direct_routes() -> list[Route]:
    """Return the routes that come before those of the same calls in `SUBJECTS`.

    An address that is not exactly as a terminal writes it is left to those.
    """
    return [
        Route("/v1/applications/{application_id:uuid}", _answering(_application), methods=["PUT"]),
        Route("/v1/heartbeat", _answering(_heartbeat), methods=["POST"]),
    ]


def _answering(call: DirectCall) -> Callable[..., object]:
    async def answer(request: Request) -> Response:
        context = await office(request)
        body = await request.body()
        signature = request.headers.get("signature")
        known = await run_in_threadpool(verified, request, signature, context, body)
        with hold_terminal_slot(request):
            asked = await asking(request, context, body, known)
            return await run_in_threadpool(call, request, asked, context)

    return answer


def _application(request: Request, asked: AuthenticatedRequest, context: AppContext) -> Response:
    application_id: UUID = request.path_params["application_id"]
    return sign_refusal_of(request, put_application(application_id, request, asked, context))


def _heartbeat(request: Request, asked: AuthenticatedRequest, context: AppContext) -> Response:
    said = decode_object(asked.body)
    if request.headers.get("content-type", "").partition(";")[0].strip() != _JSON or said is None:
        return MALFORMED.response()
    try:
        beat = Beat.model_validate(said)
    except ValidationError:
        return MALFORMED.response()
    return post_heartbeat(beat, asked, context)
