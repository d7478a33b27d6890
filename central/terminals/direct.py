"""The calls that make nearly all of the load, answered before the framework looks at them.

They run the same functions in the same order: signature, load slot, headers, the call itself. What
they leave out is the work of finding out, for each request anew, which function needs what.
"""

from __future__ import annotations

import re
from asyncio import get_running_loop
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from inspect import isawaitable
from typing import TYPE_CHECKING, TypeVar
from uuid import UUID

from pydantic import BaseModel, ValidationError
from starlette.requests import Request

from central.authenticated_request import AUDIT, AuthenticatedRequest, Marks, read_marks
from central.problems import MALFORMED, REPLAYED
from central.store.terminals.fleet import is_usual
from central.terminals.applications import get_progress
from central.terminals.caller import (
    admitted,
    authenticate,
    hold_slot,
    message_of,
    note_verified,
    verified,
)
from central.terminals.filings.filing_batch import FilingCall
from central.terminals.filings.filing_gate import caller_of, told_to_come_back
from central.terminals.fleet import (
    LONGEST_HEARTBEAT,
    Beat,
    Range,
    beat_answer,
    marked_by,
    post_heartbeat,
    post_reconciliation,
)
from central.terminals.people import post_facts
from central.terminals.visits import Person
from kiosk.json_decoder import decode_object

if TYPE_CHECKING:
    from starlette.responses import Response
    from starlette.types import ASGIApp, Receive, Scope, Send

    from central.app_context import AppContext
    from central.terminals.filings.filing_batch import ExaminedFilings
    from central.terminals.filings.filing_queue import FilingQueue
    from central.terminals.filings.filing_turns import FilingTurns

_JSON = re.compile(r"application/(.+\+)?json")  # as FastAPI takes it
_OF_APPLICATION = re.compile(
    "/v1/applications/([0-9a-fA-F]{8}(?:-?[0-9a-fA-F]{4}){3}-?[0-9a-fA-F]{12})(/progress)?"
)
_ID = "application_id"
_THREADS = 8  # that answer what asks vault or registries, which may take their time
_QUICK_THREADS = 3  # for what asks the database alone: more take the interpreter from each other
Body = TypeVar("Body", bound=BaseModel)
DirectCall = Callable[[Request, AuthenticatedRequest, "AppContext"], "Response"]


@dataclass(frozen=True)
class DirectCalls:
    """ASGI middleware that answers these calls itself and leaves all others to `app`.

    An address that is not exactly as a terminal writes it is left to `app`, too.
    """

    app: ASGIApp
    _threads: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(_THREADS, "direct"), repr=False
    )
    _quick: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(_QUICK_THREADS, "quick"), repr=False
    )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request. `scope`, `receive` and `send` are those of ASGI."""
        answering = self._answering(scope) if scope["type"] == "http" else None
        if answering is None:
            await self.app(scope, receive, send)
            return
        request = Request(scope, receive)
        body = await request.body()
        try:
            answer = await answering(request, body)
        except Exception as error:  # noqa: BLE001 - its handler answers, as for all other calls
            answer = await _answer_to(request, error)
        finally:
            if (known := getattr(request.state, "known", None)) is not None:
                note_verified(request, known)
        await answer(scope, receive, send)

    def _answering(self, scope: Scope) -> Callable[[Request, bytes], Awaitable[Response]] | None:
        """Return what answers the request, None for what is left to the application."""
        method, path = scope["method"], scope["path"]
        if (call := _CALLS.get((method, path))) is None:
            if method not in ("PUT", "GET") or (found := _OF_APPLICATION.fullmatch(path)) is None:
                return None
            if (method == "GET") is not (found[2] is not None):
                return None
            scope["path_params"] = {_ID: UUID(found[1])}
            if method == "PUT":
                return _filed
            call = _progress
        return lambda request, body: self._on_thread(call, request, body)

    async def _on_thread(self, call: DirectCall, request: Request, body: bytes) -> Response:
        loop = get_running_loop()
        threads = self._quick if call in _QUICK else self._threads
        serve = _serve_heartbeat if call is _heartbeat else _serve
        return await loop.run_in_executor(threads, serve, call, request, body)


async def _filed(request: Request, body: bytes) -> Response:
    """Answer an application together with those that came at the same time.

    Others may have come while its body was read: whether there is room is asked once more.
    """
    queue: FilingQueue[ExaminedFilings] = request.app.state.filings
    turns: FilingTurns = request.app.state.turns
    caller = caller_of(request.scope)
    if wait := turns.wait(caller):
        return told_to_come_back(request.scope, wait)
    with turns.held(caller):
        answer = await queue.respond(FilingCall(request, body))
    if hasattr(request.state, "known"):
        turns.go_on(caller)
    return answer


async def _answer_to(request: Request, error: Exception) -> Response:
    """Return what the application's handler makes of an exception; raises one that has none."""
    handlers = request.app.exception_handlers
    handle = next((handlers[one] for one in type(error).__mro__ if one in handlers), None)
    if handle is None:
        raise error
    found = handle(request, error)
    answer: Response = await found if isawaitable(found) else found
    return answer


def _serve(call: DirectCall, request: Request, body: bytes) -> Response:
    """Do all of a call on one thread: each change of threads costs as much as a look."""
    context: AppContext = request.app.state.office
    known = verified(request, request.headers.get("signature"), context, body)
    request.state.known = known
    with hold_slot(request, known):
        return call(request, authenticate(request, context, body, known), context)


def _serve_heartbeat(call: DirectCall, request: Request, body: bytes) -> Response:
    """Look once and write once for a heartbeat that says what the one before said."""
    return _usual_heartbeat(request, body) or _serve(call, request, body)


def _usual_heartbeat(request: Request, body: bytes) -> Response | None:
    """Return the answer to a usual heartbeat; None for any other, of which nothing is done yet."""
    context: AppContext = request.app.state.office
    headers = request.headers
    if "signature" not in headers or "host" not in headers or AUDIT in headers:
        return None
    if len(body) > LONGEST_HEARTBEAT or read_marks(headers) != Marks():
        return None
    found = context.look_at_heartbeat(message_of(request), body)
    if found is None:
        return None
    use, look = found
    known, at = use.signed.known, context.now()
    asked = AuthenticatedRequest(known.id, request.url.path, body, at)
    beat = _body_of(request, asked, Beat)
    marked = marked_by(beat, asked) if beat is not None else None
    if beat is None or marked is None or not is_usual(look, marked, context.policy.alarms):
        return None
    request.state.known = admitted(known, context)
    with hold_slot(request, known):
        signature = context.store.nonces.row_of(use, at.timestamp())
        stored = context.store.fleet.put_usual(marked, look, signature)
        if stored is None:
            return REPLAYED.response()
        if not stored:
            context.store.fleet.compare(marked, context.policy.alarms)
        return beat_answer(beat, asked, context, look)


def _progress(request: Request, asked: AuthenticatedRequest, context: AppContext) -> Response:
    return get_progress(request.path_params[_ID], request, asked, context)


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


_CALLS: dict[tuple[str, str], DirectCall] = {
    ("POST", "/v1/heartbeat"): _heartbeat,
    ("POST", "/v1/reconciliation"): _reconciliation,
    ("POST", "/v1/people/facts"): _facts,
}
_QUICK = frozenset({_heartbeat, _reconciliation})
