"""API call of the page of wishes: what a person who logged in wants to do, or no more."""

from enum import StrEnum
from typing import Annotated

from fastapi import Response
from pydantic import BaseModel, ConfigDict, Field

from central.app_context import AppContext
from central.authenticated_request import AuthenticatedRequest
from central.intake.visitor import NO_VISIT
from central.problems import not_processable
from central.store.terminals.phone_tokens import TokenUse
from central.store.wishes.wishes import Wish
from central.terminals.caller import Caller, CurrentContext
from central.terminals.table import ApiCall, json_of
from central.wishes.sealing import seal_wish
from kiosk.crypto.envelope import canonical
from kiosk.people.id_number import normalise

SECONDS_A_MINUTE = 60.0
NO_CONSENT = not_processable("no-consent", "A wish is kept only with the person's own consent.")
NO_KIND = not_processable("malformed", "The wish names no kind that there is.")
Code = Annotated[str, Field(min_length=1, max_length=32)]


class WishAct(StrEnum):
    """What a person does about the own wish."""

    LOOK = "look"
    KEEP = "keep"
    WITHDRAW = "withdraw"


class PersonalWish(BaseModel):
    """An act about the own wish; `token` is that of the log-in. All but KEEP need no more."""

    model_config = ConfigDict(extra="forbid")
    act: WishAct
    token: str = Field(min_length=1, max_length=200)
    id_number: str = Field(min_length=1, max_length=18)
    kinds: list[Code] = Field(default=[], max_length=20)
    division: str = Field(default="", pattern="^(3416[0-9]{5})?$")
    mobile: str = Field(default="", pattern="^(1[0-9]{10})?$")
    consent: bool = False


def post_wish(said: PersonalWish, asking: Caller, context: CurrentContext) -> Response:
    """Carry out what was `said` of the wish of who logged in here; answer with what there is."""
    person = context.vault.person(normalise(said.id_number))
    use = TokenUse(said.token, asking.terminal, person, asking.at.timestamp())
    longest = context.policy.visits.minutes * SECONDS_A_MINUTE
    if not context.store.phone_tokens.proves(use, longest):
        return NO_VISIT.response()
    if said.act is WishAct.WITHDRAW:
        context.store.wishes.withdraw(person)
    elif said.act is WishAct.KEEP:
        if not said.consent:
            return NO_CONSENT.response()
        known = [one for one in context.policy.wishes.kinds if one in said.kinds]
        if not known or len(known) < len(set(said.kinds)) or not (said.division and said.mobile):
            return NO_KIND.response()
        _keep(person, tuple(known), said, asking, context)
    return json_of(canonical(_told(person, context)))


def _keep(
    person: str,
    kinds: tuple[str, ...],
    said: PersonalWish,
    asking: AuthenticatedRequest,
    context: AppContext,
) -> None:
    sealed = seal_wish(person, said.mobile, context.keys.sealing, context.random)
    wish = Wish(kinds, said.division, asking.at.isoformat(timespec="seconds"))
    context.store.wishes.keep(person, wish, sealed)


def _told(person: str, context: AppContext) -> dict[str, object]:
    found = context.store.wishes.find(person)
    wish = found and {"kinds": list(found.kinds), "division": found.division, "at": found.at}
    answers = [
        {"body": one.body, "words": one.words, "phone": one.phone, "division": one.division}
        for one in context.store.wishes.told(person)
    ]
    return {
        "version": 1,
        "kinds": dict(context.policy.wishes.kinds),
        "wish": wish,
        "answers": answers,
    }


ROUTES = (ApiCall("POST", "/v1/wishes", post_wish, (200, 413, 422)),)
