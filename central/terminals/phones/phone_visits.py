"""API calls of filing on a phone: who logged in at the platform, and a draft to go on with."""

from http import HTTPStatus
from typing import Annotated

from fastapi import Response
from pydantic import BaseModel, ConfigDict, Field

from central.drafts import StartedDraft, new_token, seal_draft
from central.intake.visitor import NO_VISIT
from central.phone_proof.ports import PhoneTrouble
from central.problems import not_processable
from central.store.terminals.phone_tokens import TokenUse
from central.terminals.caller import Caller, CurrentContext
from central.terminals.phone_proofs import redeem, refused
from central.terminals.table import ApiCall, json_of
from central.terminals.visits import Person, is_named_right, is_proved, note_look_up
from kiosk.crypto.envelope import canonical
from kiosk.people.id_number import normalise

NO_FACE = not_processable("no-face", "The platform did not compare the face of who logged in.")
Code = Annotated[str, Field(min_length=1, max_length=32)]
Text = Annotated[str, Field(max_length=200)]


class PlatformLogin(BaseModel):
    """The code with which the platform sent a browser back, and the nonce of the visit."""

    model_config = ConfigDict(extra="forbid", strict=True)
    code: str = Field(min_length=1, max_length=4096)
    nonce: str = Field(min_length=16, max_length=64)


class BegunDraft(Person):
    """What a proved person has chosen and answered so far."""

    services: list[Code] = Field(max_length=40)
    answers: dict[Code, Text] = Field(max_length=80)


def post_platform_login(login: PlatformLogin, asking: Caller, context: CurrentContext) -> Response:
    """Answer with who logged in and the id of the platform's token; it counts once, here alone."""
    user = redeem(login.code, login.nonce, asking, context)
    if isinstance(user, PhoneTrouble):
        return refused(user)
    if not (user.face and user.name):
        return NO_FACE.response()
    number = normalise(user.number)
    person = context.vault.person(number)
    use = TokenUse(user.token_id, asking.terminal, person, asking.at.timestamp())
    if not context.store.phone_tokens.take(use):
        return refused(PhoneTrouble.USED)
    said = {"version": 1, "token": user.token_id, "id_number": number}
    return json_of(canonical({**said, "name": user.name, "address": user.address}))


def post_begun_draft(begun: BegunDraft, asking: Caller, context: CurrentContext) -> Response:
    """Keep what was `begun` by a proved person, sealed by a new token; answer with that alone."""
    number = note_look_up(begun, asking, context)
    if begun.visit is None or not is_proved(begun, asking, context):
        return NO_VISIT.response()
    if not is_named_right(begun, context):
        return NO_VISIT.response()
    token = new_token(context.random)
    at = asking.at.isoformat(timespec="seconds")
    services = tuple(begun.services)
    draft = StartedDraft(number, begun.visit.name, services, dict(begun.answers), at)
    context.store.drafts.keep(seal_draft(token, draft), asking.at)
    minutes = context.policy.drafts.minutes
    said = {"version": 1, "token": token, "minutes": minutes}
    return json_of(canonical(said), HTTPStatus.CREATED)


ROUTES = (
    ApiCall("POST", "/v1/proofs/platform", post_platform_login, (200, 413, 422)),
    ApiCall("POST", "/v1/drafts", post_begun_draft, (201, 413, 422)),
)
