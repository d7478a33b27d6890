"""The ASGI application of central/openapi.yaml: routes, limits and error answers."""

import logging
import time
from collections.abc import Callable
from http import HTTPStatus
from typing import cast

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from central.app_context import AppContext
from central.load import LoadSlots, WorkSlots
from central.problems import (
    DATABASE_AWAY,
    MALFORMED,
    SLOW_DOWN,
    VAULT_AWAY,
    HttpProblem,
    told_to_wait,
)
from central.remote_help.sessions import HelpSessions
from central.store.database import DatabaseError, is_unreachable
from central.terminals import (
    applications,
    audit,
    blobs,
    confirmations,
    enrolments,
    fleet,
    logs,
    parcels,
    people,
    phone_proofs,
    points,
    preparations,
    proofs,
    ratings,
    service,
)
from central.terminals.body_limit import BodyLimit
from central.terminals.caller import note_paced
from central.terminals.direct import DirectCalls
from central.terminals.filings.filing_batch import examine_filings, store_filings
from central.terminals.filings.filing_gate import FilingGate
from central.terminals.filings.filing_queue import FilingQueue
from central.terminals.filings.filing_turns import FilingTurns
from central.terminals.phones import (
    employer_pages,
    employer_people,
    employers,
    phone_visits,
    wishes,
)
from central.terminals.remote import calls as remote_calls
from central.terminals.remote.recorder import help_recorder
from central.terminals.service import DatabaseHealth
from central.vault_port import VaultUnavailable

LOG = logging.getLogger(__name__)
SUBJECTS = (
    applications,
    audit,
    blobs,
    confirmations,
    employer_pages,
    employer_people,
    employers,
    wishes,
    enrolments,
    fleet,
    logs,
    parcels,
    people,
    points,
    phone_proofs,
    phone_visits,
    preparations,
    proofs,
    ratings,
    remote_calls,
    service,
)


def build_app(context: AppContext, monotonic: Callable[[], float] = time.monotonic) -> FastAPI:
    """Return the ASGI application that serves all routes of central/openapi.yaml over `context`.

    `monotonic` returns seconds of a clock that never goes back; it measures how long requests take.
    Requests of terminals and of the public have separate load slots, so that neither can use up the
    other's.
    """
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.state.office = context
    app.state.health = DatabaseHealth(context.store.database, monotonic)
    app.state.terminal_slots = slots = WorkSlots(context.policy.load, monotonic)
    app.state.public_slots = LoadSlots(context.policy.load.public_in_flight, monotonic)
    app.state.filings = FilingQueue(
        lambda calls: examine_filings(calls, context),
        lambda examined: store_filings(examined, context),
        lambda: slots.limit,
    )
    load = context.policy.load
    app.state.turns = turns = FilingTurns(
        context.policy.turns, load.of_one_terminal, monotonic, context.crowded.note
    )
    app.state.help = HelpSessions(context.policy.remote_help, monotonic, help_recorder(context))
    app.add_middleware(DirectCalls)  # behind the limit: who comes last is the outermost
    app.add_middleware(BodyLimit)
    app.add_middleware(FilingGate, turns=turns)
    app.add_exception_handler(HTTPException, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(VaultUnavailable, _away)
    app.add_exception_handler(DatabaseError, _database_away)
    for subject in SUBJECTS:
        for route in subject.ROUTES:
            route.add_to(app)
    return app


def _refused(request: Request, error: Exception) -> Response:
    found = cast("HTTPException", error)
    said: object = found.detail
    if isinstance(said, HttpProblem):
        answer = said.response()
        answer.headers.update(found.headers or {})
        if said is SLOW_DOWN:
            note_paced(request, int(answer.headers["retry-after"]))
        return answer
    status = HTTPStatus(found.status_code)
    if status is HTTPStatus.BAD_REQUEST:  # FastAPI's word for a body that is no text
        return MALFORMED.response()
    return HttpProblem(status, "about:blank", status.phrase).response()


def _away(request: Request, _error: Exception) -> Response:
    context: AppContext = request.app.state.office
    return told_to_wait(VAULT_AWAY, context.policy.vault.retry_seconds)


def _database_away(request: Request, error: Exception) -> Response:
    """Answer that the database is away, full or can only be read: the terminal sends again."""
    if not is_unreachable(error):
        raise error
    LOG.error("the database does not take it: %s", type(error).__name__)
    context: AppContext = request.app.state.office
    return told_to_wait(DATABASE_AWAY, context.policy.load.database_retry_seconds)


def _invalid(_request: Request, _error: Exception) -> Response:
    # The values are not repeated: they may be a person's.
    return MALFORMED.response()
