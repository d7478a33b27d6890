"""Which terminal asks? It signs every call but the public ones."""

from typing import Annotated

from fastapi import Depends, HTTPException, Request
from fastapi.security import APIKeyHeader

from central.asking import Asking, read_marks
from central.office import Office
from central.problems import MALFORMED, REVOKED, SLOW_DOWN, UNAUTHORISED, Problem
from central.signatures import Message

Signature = Annotated[str | None, Depends(APIKeyHeader(name="Signature", auto_error=False))]


def office(request: Request) -> Office:
    """Return what the application was built with."""
    found: Office = request.app.state.office
    return found


Here = Annotated[Office, Depends(office)]


async def whole_body(request: Request) -> bytes:
    """Return the body; BodyLimit has bounded it."""
    return await request.body()


Body = Annotated[bytes, Depends(whole_body)]


def refusal(problem: Problem, wait: int = 0) -> HTTPException:
    """Return what ends a call before it began; the answer is the problem."""
    return HTTPException(problem.status, problem, {"Retry-After": str(wait)} if wait else None)


def message_of(request: Request) -> Message:
    """Return what was signed, as it came over the line."""
    scope, host = request.scope, request.headers["host"]
    query = scope["query_string"].decode("latin-1")
    path = scope["raw_path"].decode("latin-1")
    url = f"{scope['scheme']}://{host}{path}{'?' if query else ''}{query}"
    return Message(request.method, url, request.headers)


def asking(request: Request, signature: Signature, here: Here, body: Body) -> Asking:
    """Return who asks; 401 for strangers, 403 for revoked terminals, and so on.

    What a parcel's headers say is noted with its effect, in one transaction; anything else here.
    """
    if signature is None or "host" not in request.headers:
        raise refusal(UNAUTHORISED)
    known = here.signed(message_of(request), body)
    if isinstance(known, Problem):
        raise refusal(known)
    if known.revoked:
        raise refusal(REVOKED)
    if wait := here.pace.wait(known.id, here.now()):
        raise refusal(SLOW_DOWN, wait)
    marks = read_marks(request.headers)
    if marks is None:
        raise refusal(MALFORMED)
    found = Asking(known.id, request.url.path, body, here.now(), marks)
    if marks.sequence is None:
        here.store.arrivals.witness(found)
    return found


Caller = Annotated[Asking, Depends(asking)]
