"""API calls of applications: hand one in, and ask for the progress of its services."""

from uuid import UUID

from fastapi import Request, Response

from central.app_context import AppContext
from central.authenticated_request import AuthenticatedRequest
from central.intake.examiner import Intake
from central.intake.presence import NO_PRESENCE
from central.problems import HELPER_LIMIT, PROXY_LIMIT, HttpProblem, conflict, media_type, unknown
from central.store.cases.cases import (
    HelpedTooOften,
    IntakeResult,
    OtherDigest,
    Outcome,
    TooMany,
)
from central.store.terminals.phone_tokens import TokenUse
from central.terminals.caller import Caller, CurrentContext, sealed_request
from central.terminals.table import ApiCall, settled, tagged
from kiosk.crypto import envelope
from kiosk.crypto.envelope import canonical


def put_application(
    application_id: UUID, request: Request, asking: Caller, context: CurrentContext
) -> Response:
    """Accept one sealed application and answer with its signed receipt; repeating is harmless."""
    if (refused := wrong_media_type(request)) is not None:
        return refused
    intake = context.vault.examine_application(sealed_request(request, str(application_id), asking))
    if (refused := refused_intake(intake, asking, context)) is not None:
        return refused
    assert not isinstance(intake, HttpProblem)
    found = context.store.cases.accept(asking, intake, context.promise(intake, asking.at))
    return answer_of(found, intake)


def wrong_media_type(request: Request) -> Response | None:
    """Return the answer to what is not said to be a sealed application, None for one."""
    if request.headers.get("content-type") == envelope.MEDIA_TYPE:
        return None
    return media_type("a sealed application").response()


def refused_intake(
    intake: Intake | HttpProblem, asking: AuthenticatedRequest, context: AppContext
) -> Response | None:
    """Return the answer to what the vault refuses, or whose proof is spent; None for the rest.

    `intake` is what the vault said. The platform's token of an application is bound to it here.
    """
    if isinstance(intake, HttpProblem):
        return intake.response()
    if intake.phone is None:
        return None
    use = TokenUse(intake.phone.token, asking.terminal, intake.phone.person, asking.at.timestamp())
    bound = context.store.phone_tokens.file(use, intake.envelope.id)
    return None if bound else NO_PRESENCE.response()


def answer_of(found: Outcome, intake: Intake) -> Response:
    """Return the answer that tells what became of an application."""
    if isinstance(found, IntakeResult):
        return settled(found.receipt, new=found.new)
    if isinstance(found, OtherDigest):
        return conflict("other-digest", "This id came with another content.").response()
    if isinstance(found, TooMany):
        return PROXY_LIMIT.response()
    if isinstance(found, HelpedTooOften):
        return HELPER_LIMIT.response()
    if intake.for_another is not None:  # of whom it is said to file for, nothing is told
        return conflict("open-case", "A case is under way.").response()
    more = {"application_id": found.application_id, "case_number": found.case_number}
    return conflict("open-case", "A case is under way.", **more).response()


def get_progress(
    application_id: UUID, request: Request, _asking: Caller, context: CurrentContext
) -> Response:
    """Answer with the state of each service of an application."""
    found = context.store.cases.progress(str(application_id))
    return tagged(request, canonical(found)) if found else unknown("application").response()


ROUTES = (
    ApiCall(
        "PUT",
        "/v1/applications/{application_id}",
        put_application,
        (200, 201, 409, 413, 415, 422),
        parcel=True,
    ),
    ApiCall(
        "GET", "/v1/applications/{application_id}/progress", get_progress, (200, 304, 404, 422)
    ),
)
