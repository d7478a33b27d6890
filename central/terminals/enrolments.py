"""API calls of enrolment: admission of a new terminal, and the next key of an admitted one."""

from dataclasses import replace
from http import HTTPStatus
from typing import Annotated, Literal
from uuid import UUID

from fastapi import Header, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from central.app_context import AppContext
from central.fleet.enrolments import CODE_LENGTH, EnrolmentState
from central.problems import (
    CODE_SPENT,
    KEY_TAKEN,
    SLOW_DOWN,
    UNAUTHORISED,
    not_processable,
    told_to_wait,
    unknown,
)
from central.store.terminals.enrolments import Enrolment
from central.terminals.caller import Caller, CurrentContext, sealed_request
from central.terminals.table import ApiCall, json_of
from kiosk.crypto.envelope import KEY_BYTES, bytes_of, canonical
from kiosk.crypto.terminal_key import RENEWAL_PATH, claim_of, proves, renewal_of

_PROOF_WRONG = not_processable("proof-wrong", "The proof does not belong to the key.")
Proof = Annotated[str, Header(alias="Kiosk-Proof", max_length=200)]


class Enrol(BaseModel):
    """Body of a new terminal's request; `proof` is its key's signature over code and key."""

    model_config = ConfigDict(extra="forbid", strict=True)
    code: str = Field(min_length=CODE_LENGTH, max_length=20)
    public_key: str = Field(max_length=100)
    proof: str = Field(max_length=200)


class NextKey(BaseModel):
    """Body of a key renewal; `proof` is the next key's signature over terminal and key."""

    model_config = ConfigDict(extra="forbid", strict=True)
    version: Literal[1]
    public_key: str = Field(max_length=100)
    proof: str = Field(max_length=200)


def post_enrolment(said: Enrol, request: Request, context: CurrentContext) -> Response:
    """Bind a one-time code to the terminal's key; wrong codes of an address are limited.

    `said` has the code, the public key and the proof that the terminal has the private one.
    """
    address, now = request.client.host if request.client else "", context.now()
    if wait := context.wrong_codes.wait(address, now):
        return told_to_wait(SLOW_DOWN, wait)
    key = bytes_of(said.public_key)
    if key is None or len(key) != KEY_BYTES:
        return _PROOF_WRONG.response()
    if not proves(key, said.proof, claim_of(said.code, said.public_key)):
        return _PROOF_WRONG.response()
    found = context.store.enrolments.use(said.code, key, now)
    if found is None:
        context.wrong_codes.note(address, now)
        why = context.store.enrolments.trouble_with(said.code)
        return replace(CODE_SPENT, more={"why": why.value}).response()
    told = {"version": 1, "id": found.id, "fingerprint": found.fingerprint}
    return json_of(canonical(told), HTTPStatus.CREATED)


def get_enrolment(
    enrolment_id: UUID, request: Request, context: CurrentContext, proof: Proof = ""
) -> Response:
    """Answer the holder of the key with its enrolment; once confirmed, with keys and points.

    `enrolment_id` is the one that `post_enrolment` answered with; `proof` is the key's signature
    over the path.
    """
    found = context.store.enrolments.find(str(enrolment_id))
    if found is None or found.state is EnrolmentState.NEW:
        return unknown("enrolment").response()
    if not proves(found.public_key, proof, request.url.path.encode()):
        return UNAUTHORISED.response()
    if _is_refused_now(context, found):
        found = replace(found, state=EnrolmentState.REFUSED)
    return json_of(canonical(_enrolment_document(context, found)))


def _is_refused_now(context: AppContext, found: Enrolment) -> bool:
    """Carry out a refusal of the fleet page; the operator alone lets in (`central enrol admit`)."""
    return (
        found.state is EnrolmentState.PENDING
        and context.store.enrolment_reviews.is_refused(found.id)
        and context.store.enrolments.decide(found.id, EnrolmentState.REFUSED)
    )


def _enrolment_document(context: AppContext, found: Enrolment) -> dict[str, object]:
    admitted = found.state is EnrolmentState.CONFIRMED
    return {
        "version": 1,
        "state": found.state.value,
        "terminal": found.terminal,
        "point": found.point,
        "profile": found.profile,
        "points": context.sign_points().decode() if admitted else "",
        "keys": context.keys.public() if admitted else None,
        "authority": context.keys.authority() if admitted else "",
    }


def put_key(said: NextKey, request: Request, asking: Caller, context: CurrentContext) -> Response:
    """Store the terminal's next key; the first request that it signs ends the one before.

    `said` has the public key and the proof that the terminal has the private one.
    """
    key = bytes_of(said.public_key)
    if key is None or len(key) != KEY_BYTES:
        return _PROOF_WRONG.response()
    if not proves(key, said.proof, renewal_of(asking.terminal, said.public_key)):
        return _PROOF_WRONG.response()
    if problem := context.vault.renew_terminal_key(sealed_request(request, "", asking)):
        return problem.response()
    if not context.store.terminals.announce(asking.terminal, key):
        return KEY_TAKEN.response()
    return json_of(context.acknowledge(asking, asking.said_at))


ROUTES = (
    ApiCall("PUT", RENEWAL_PATH, put_key, (200, 409, 413, 422)),
    ApiCall("POST", "/v1/enrolments", post_enrolment, (201, 410, 413, 422, 429), known=False),
    ApiCall(
        "GET", "/v1/enrolments/{enrolment_id}", get_enrolment, (200, 401, 404, 422), known=False
    ),
)
