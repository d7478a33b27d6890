"""Enrolment: how a new terminal gets in. It has no token yet; its key proves everything."""

from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from fastapi import Header, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from central.enrolments import CODE_LENGTH, EnrolmentState, claim_of, proves
from central.office import Office
from central.problems import (
    CODE_SPENT,
    SLOW_DOWN,
    UNAUTHORISED,
    not_processable,
    told_to_wait,
    unknown,
)
from central.routes.caller import Here
from central.routes.table import Route, json_of
from central.store.enrolments import Enrolment
from kiosk.filing.envelope import KEY_BYTES, bytes_of, canonical

_PROOF_WRONG = not_processable("proof-wrong", "The proof does not belong to the key.")
Proof = Annotated[str, Header(alias="Kiosk-Proof", max_length=200)]


class Enrol(BaseModel):
    """What a new terminal says."""

    model_config = ConfigDict(extra="forbid", strict=True)
    code: str = Field(min_length=CODE_LENGTH, max_length=20)
    public_key: str = Field(max_length=100)
    proof: str = Field(max_length=200)


def post_enrolment(said: Enrol, request: Request, here: Here) -> Response:
    """Bind a code to the terminal's key."""
    address, now = request.client.host if request.client else "", here.now()
    if wait := here.wrong_codes.wait(address, now):
        return told_to_wait(SLOW_DOWN, wait)
    key = bytes_of(said.public_key)
    if key is None or len(key) != KEY_BYTES:
        return _PROOF_WRONG.response()
    if not proves(key, said.proof, claim_of(said.code, said.public_key)):
        return _PROOF_WRONG.response()
    found = here.store.enrolments.use(said.code, key, now)
    if found is None:
        here.wrong_codes.note(address, now)
        return CODE_SPENT.response()
    told = {"version": 1, "id": found.id, "fingerprint": found.fingerprint}
    return json_of(canonical(told), HTTPStatus.CREATED)


def get_enrolment(enrolment_id: UUID, request: Request, here: Here, proof: Proof = "") -> Response:
    """Tell how far it is to who holds the key; once confirmed, all that a terminal needs."""
    found = here.store.enrolments.find(str(enrolment_id))
    if found is None or found.state is EnrolmentState.NEW:
        return unknown("enrolment").response()
    if not proves(found.public_key, proof, request.url.path.encode()):
        return UNAUTHORISED.response()
    return json_of(canonical(_told(here, found)))


def _told(here: Office, found: Enrolment) -> dict[str, object]:
    admitted = found.state is EnrolmentState.CONFIRMED
    return {
        "version": 1,
        "state": found.state.value,
        "terminal": found.terminal,
        "token": here.give_token(found) if admitted else "",
        "keys": here.vault.public() if admitted else None,
        "authority": here.vault.authority() if admitted else "",
    }


ROUTES = (
    Route("POST", "/v1/enrolments", post_enrolment, (201, 410, 413, 422, 429), known=False),
    Route("GET", "/v1/enrolments/{enrolment_id}", get_enrolment, (200, 401, 404, 422), known=False),
)
