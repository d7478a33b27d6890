"""The caller of a request: its terminal, verified, and the load slot that the call holds."""

from collections.abc import AsyncIterator
from contextlib import AbstractContextManager
from typing import Annotated

from fastapi import Depends, HTTPException, Request
from fastapi.security import APIKeyHeader
from starlette.concurrency import run_in_threadpool

from central.app_context import AppContext
from central.authenticated_request import AUDIT, SEQUENCE, AuthenticatedRequest, read_marks
from central.load import LoadSlots, WorkSlots
from central.problems import BUSY, MALFORMED, REVOKED, SLOW_DOWN, UNAUTHORISED, HttpProblem
from central.signatures import KnownTerminal, SignedMessage
from central.terminals.server.http_protocol import PACED, VERIFIED
from central.vault_port import SealedRequest

Signature = Annotated[str | None, Depends(APIKeyHeader(name="Signature", auto_error=False))]


# Without a wait in it, and so on the loop: another thread would cost more than the work.
async def office(request: Request) -> AppContext:
    """Return the service that the application was built with."""
    found: AppContext = request.app.state.office
    return found


CurrentContext = Annotated[AppContext, Depends(office)]


async def whole_body(request: Request) -> bytes:
    """Return the request's body, whose length `BodyLimit` has limited."""
    return await request.body()


Body = Annotated[bytes, Depends(whole_body)]


def refusal(problem: HttpProblem, wait: int = 0) -> HTTPException:
    """Return the exception that ends a call with this problem; `wait` becomes Retry-After."""
    return HTTPException(problem.status, problem, {"Retry-After": str(wait)} if wait else None)


def message_of(request: Request) -> SignedMessage:
    """Return the request as it was signed, with path and query as they came over the line."""
    scope, host = request.scope, request.headers["host"]
    query = scope["query_string"].decode("latin-1")
    path = scope["raw_path"].decode("latin-1")
    url = f"{scope['scheme']}://{host}{path}{'?' if query else ''}{query}"
    return SignedMessage(request.method, url, request.headers)


def verified(
    request: Request, signature: Signature, context: CurrentContext, body: Body
) -> KnownTerminal:
    """Return the terminal that signed the request.

    Raises HTTPException with 401 for an unknown key or wrong signature, 403 for a revoked terminal,
    429 for one that asks too much.
    """
    if signature is None or "host" not in request.headers:
        raise refusal(UNAUTHORISED)
    known = context.verify_request(message_of(request), body)
    if isinstance(known, HttpProblem):
        raise refusal(known)
    return admitted(known, context)


def admitted(known: KnownTerminal, context: AppContext) -> KnownTerminal:
    """Return the terminal whose signature is good.

    Raises HTTPException with 403 for a revoked one, 429 for one that asks too much.
    """
    if known.revoked:
        raise refusal(REVOKED)
    if wait := context.pace.wait(known.id, context.now()):
        raise refusal(SLOW_DOWN, wait)
    return known


Verified = Annotated[KnownTerminal, Depends(verified)]


async def terminal_slot(request: Request, known: Verified) -> AsyncIterator[None]:
    """Hold a load slot during a terminal's call; raises HTTPException (503) if all are taken."""
    with hold_terminal_slot(request, known):
        yield


def hold_terminal_slot(request: Request, known: KnownTerminal) -> AbstractContextManager[None]:
    """Return the block in which a verified call holds a load slot.

    Raises HTTPException (503) if all are taken.
    """
    note_verified(request, known)
    return hold_slot(request, known)


def note_verified(request: Request, known: KnownTerminal) -> None:
    """Tell the connection who calls: it no longer counts among the unverified ones.

    Only for the event loop's own thread.
    """
    if note := request.scope.get("extensions", {}).get(VERIFIED):
        note(known.id)


def note_paced(request: Request, seconds: int) -> None:
    """Tell the connection to read nothing more for so many seconds: its caller asked too much."""
    if note := request.scope.get("extensions", {}).get(PACED):
        note(seconds)


def hold_slot(request: Request, known: KnownTerminal) -> AbstractContextManager[None]:
    """Return the block in which a call of the `known` terminal holds a load slot; from any thread.

    Raises HTTPException (503) if all are taken. Not before the request was verified: bodies that
    never come would otherwise hold all slots.
    """
    slots: WorkSlots = request.app.state.terminal_slots
    if wait := slots.take(known.id):
        raise refusal(BUSY, wait)
    return slots.held(known.id)


async def public_slot(request: Request) -> AsyncIterator[None]:
    """Hold a load slot of unsigned calls; raises HTTPException (503) if all are taken."""
    with _held(request.app.state.public_slots):
        yield


def _held(slots: LoadSlots) -> AbstractContextManager[None]:
    if wait := slots.retry_after():
        raise refusal(BUSY, wait)
    return slots.hold()


async def asking(
    request: Request, context: CurrentContext, body: Body, known: Verified
) -> AuthenticatedRequest:
    """Return the authenticated request; raises HTTPException (422) for malformed headers.

    `known` is the terminal whose signature was verified. An audit head is stored here, except of a
    record of the outbox: that one is stored with its effect, in one transaction.
    """
    if request.headers.get(AUDIT) is None or request.headers.get(SEQUENCE) is not None:
        return authenticate(request, context, body, known)
    return await run_in_threadpool(authenticate, request, context, body, known)


def authenticate(
    request: Request, context: AppContext, body: bytes, known: KnownTerminal
) -> AuthenticatedRequest:
    """Do what `asking` does, on a thread that may wait for the database.

    `body` is the request's, `known` the terminal that signed it.
    """
    marks = read_marks(request.headers)
    if marks is None:
        raise refusal(MALFORMED)
    found = AuthenticatedRequest(known.id, request.url.path, body, context.now(), marks)
    if marks.sequence is None and marks.witness is not None:
        context.store.arrivals.witness(found)
    request.state.asking, request.state.point = found, known.point
    return found


def sealed_request(request: Request, item_id: str, asking: AuthenticatedRequest) -> SealedRequest:
    """Return a request with sealed content for the vault, which verifies it itself.

    `item_id` is the id in its address.
    """
    return SealedRequest(
        message=message_of(request),
        body=asking.body,
        item_id=item_id,
        terminal=asking.terminal,
        point=request.state.point,
        at=asking.at,
    )


Caller = Annotated[AuthenticatedRequest, Depends(asking)]
