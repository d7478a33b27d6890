"""API calls of applications: hand one in, and ask for the progress of its services."""

from uuid import UUID

from fastapi import Request, Response

from central.intake.presence import NO_PRESENCE
from central.problems import HELPER_LIMIT, PROXY_LIMIT, HttpProblem, conflict, media_type, unknown
from central.store.cases.cases import HelpedTooOften, IntakeResult, OtherDigest, TooMany
from central.store.terminals.phone_tokens import TokenUse
from central.terminals.caller import Caller, CurrentContext, sealed_request
from central.terminals.table import ApiCall, settled, tagged
from kiosk.crypto import envelope
from kiosk.crypto.envelope import canonical


def put_application(
    application_id: UUID, request: Request, asking: Caller, context: CurrentContext
) -> Response:
    """Accept one sealed application and answer with its signed receipt; repeating is harmless."""
    if request.headers.get("content-type") != envelope.MEDIA_TYPE:
        return media_type("a sealed application").response()
    intake = context.vault.examine_application(sealed_request(request, str(application_id), asking))
    if isinstance(intake, HttpProblem):
        return intake.response()
    if intake.phone is not None:
        use = TokenUse(
            intake.phone.token, asking.terminal, intake.phone.person, asking.at.timestamp()
        )
        if not context.store.phone_tokens.file(use, str(application_id)):
            return NO_PRESENCE.response()
    found = context.store.cases.accept(asking, intake, context.promise(intake, asking.at))
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
