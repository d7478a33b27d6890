"""API call of a code on a telephone: the city's platform says whose it is, for this visit, once."""

from http import HTTPStatus

from fastapi import Response
from pydantic import Field

from central.intake.visitor import NO_VISIT
from central.phone_proof.ports import PhoneTrouble, PlatformUser
from central.problems import HttpProblem, not_processable
from central.store.terminals.phone_tokens import TokenUse
from central.terminals.caller import Caller, CurrentContext
from central.terminals.table import ApiCall, json_of
from central.terminals.visits import Person, has_card, note_look_up
from kiosk.crypto.envelope import canonical
from kiosk.people.id_number import normalise

PLATFORM_AWAY = HttpProblem(
    HTTPStatus.SERVICE_UNAVAILABLE, "platform-away", "The platform can't be asked just now."
)
REASONS = {
    PhoneTrouble.UNKNOWN: "The platform does not know this code.",
    PhoneTrouble.EXPIRED: "The code is too old.",
    PhoneTrouble.USED: "The code was used before.",
    PhoneTrouble.OTHER_TERMINAL: "The token is for another terminal or another visit.",
    PhoneTrouble.OTHER_PERSON: "The telephone is of another person than the card.",
}


class PhoneClaim(Person):
    """The scanned code, the nonce of the visit, and the person whose card was read in it."""

    code: str = Field(min_length=1, max_length=4096)
    nonce: str = Field(min_length=16, max_length=64)


def post_phone(claim: PhoneClaim, asking: Caller, context: CurrentContext) -> Response:
    """Answer with the id of the platform's token, when it names the person of the card."""
    number = note_look_up(claim, asking, context)
    if not has_card(claim, asking, context):
        return NO_VISIT.response()
    user = redeem(claim.code, claim.nonce, asking, context)
    if isinstance(user, PhoneTrouble):
        return refused(user)
    return _taken(user, number, asking, context)


def redeem(
    code: str, nonce: str, asking: Caller, context: CurrentContext
) -> PlatformUser | PhoneTrouble:
    """Return whom the platform names for a code that was issued for this terminal and nonce."""
    if context.phone is None:
        return PhoneTrouble.AWAY
    token = context.phone.platform.redeem(code, asking.terminal, nonce)
    if isinstance(token, PhoneTrouble):
        return token
    return context.phone.check.read(token, asking.terminal, nonce, asking.at)


def _taken(user: PlatformUser, number: str, asking: Caller, context: CurrentContext) -> Response:
    """Use the token up; answer with its id when it names the person."""
    is_theirs = normalise(user.number) == number
    # That of another person is used up all the same, and then proves nobody.
    person = context.vault.person(number) if is_theirs else ""
    use = TokenUse(user.token_id, asking.terminal, person, asking.at.timestamp())
    if not context.store.phone_tokens.take(use):
        return refused(PhoneTrouble.USED)
    if not is_theirs:
        return refused(PhoneTrouble.OTHER_PERSON)
    return json_of(canonical({"version": 1, "token": user.token_id}))


def refused(trouble: PhoneTrouble) -> Response:
    """Return the answer to a code that the platform did not confirm."""
    if trouble not in REASONS:
        return PLATFORM_AWAY.response()
    return not_processable(trouble.value, REASONS[trouble]).response()


ROUTES = (ApiCall("POST", "/v1/proofs/phone", post_phone, (200, 413, 422)),)
