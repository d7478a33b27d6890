"""API calls of other sealed content: corrections and talent records."""

from uuid import UUID

from fastapi import Request, Response

from central.problems import HttpProblem, conflict, media_type
from central.store.cases.corrections import CorrectionTrouble
from central.terminals.caller import Caller, CurrentContext, sealed_request
from central.terminals.table import ApiCall, settled
from kiosk.crypto.envelope import MEDIA_TYPE

_STATUSES = (200, 201, 409, 413, 415, 422)
_OTHER_DIGEST = conflict("other-digest", "This id came with another content.")
_NOT_ASKED = conflict("not-asked", "No office asked for this.")
_WRONG_MEDIA = media_type("a sealed envelope")


def put_correction(
    correction_id: UUID, request: Request, asking: Caller, context: CurrentContext
) -> Response:
    """Accept a correction that an office asked for; answer with an acknowledgement.

    `correction_id` is the id that the sealed body names, too.
    """
    if request.headers.get("content-type") != MEDIA_TYPE:
        return _WRONG_MEDIA.response()
    intake = context.vault.examine_correction(sealed_request(request, str(correction_id), asking))
    if isinstance(intake, HttpProblem):
        return intake.response()
    kept = context.store.corrections.accept(asking, intake)
    if isinstance(kept, CorrectionTrouble):
        said = _NOT_ASKED if kept is CorrectionTrouble.NOT_ASKED else _OTHER_DIGEST
        return said.response()
    return settled(context.acknowledge(asking, kept.received_at), new=kept.new)


def put_talent(
    talent_id: UUID, request: Request, asking: Caller, context: CurrentContext
) -> Response:
    """Accept a record of what somebody offers to do for others; answer with an acknowledgement.

    `talent_id` is the id that the sealed body names, too.
    """
    if request.headers.get("content-type") != MEDIA_TYPE:
        return _WRONG_MEDIA.response()
    envelope = context.vault.examine_talent(sealed_request(request, str(talent_id), asking))
    if isinstance(envelope, HttpProblem):
        return envelope.response()
    kept = context.store.talents.keep(asking, envelope)
    if kept is None:
        return _OTHER_DIGEST.response()
    return settled(context.acknowledge(asking, kept.received_at), new=kept.new)


ROUTES = (
    ApiCall("PUT", "/v1/corrections/{correction_id}", put_correction, _STATUSES, parcel=True),
    ApiCall("PUT", "/v1/talents/{talent_id}", put_talent, _STATUSES, parcel=True),
)
