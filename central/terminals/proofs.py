"""API calls of what a person brings along: a portal draft, a social security card."""

from typing import Annotated

from fastapi import Response
from pydantic import BaseModel, ConfigDict, Field

from central.drafts import draft_name, open_draft
from central.keys.card_keys import LEAST_RANDOM, CardQuestion
from central.problems import MALFORMED, NO_KEY_MODULE, unknown
from central.terminals.caller import Caller, CurrentContext
from central.terminals.table import ApiCall, json_of
from kiosk.crypto.envelope import base64_of, bytes_of, canonical

Text = Annotated[str, Field(max_length=200)]


class PortalClaim(BaseModel):
    """The token that the portal gave to the person."""

    model_config = ConfigDict(extra="forbid", strict=True)
    token: str = Field(min_length=1, max_length=200)


class CardChallengeRequest(BaseModel):
    """The challenge of a social security card; exactly one of identifier and fields is given."""

    model_config = ConfigDict(extra="forbid", strict=True)
    card_identifier: str = Field(pattern="^([0-9A-Fa-f]{32})?$")
    spec_version: str = Field(max_length=20)
    random: str = Field(max_length=200)
    fields: list[Text] = Field(max_length=20)


def post_claim(claim: PortalClaim, asking: Caller, context: CurrentContext) -> Response:
    """Answer with the draft of a token; a draft is given away once."""
    sealed = context.store.drafts.claim(draft_name(claim.token), asking.at)
    if sealed is None:
        return unknown("draft").response()
    return json_of(canonical(open_draft(claim.token, sealed)))


def post_card_answer(
    challenge: CardChallengeRequest, _asking: Caller, context: CurrentContext
) -> Response:
    """Answer with the cryptograms that the key module computes for a card's challenge."""
    random = bytes_of(challenge.random)
    asked = bool(challenge.card_identifier) != bool(challenge.fields)
    if random is None or not asked or (not challenge.fields and len(random) < LEAST_RANDOM):
        return MALFORMED.response()
    if context.key_module is None:
        return NO_KEY_MODULE.response()
    question = CardQuestion(
        bytes.fromhex(challenge.card_identifier),
        challenge.spec_version,
        random,
        tuple(challenge.fields),
    )
    found = context.key_module.answer(question)
    said = {"external": base64_of(found.external), "internal": base64_of(found.internal)}
    return json_of(canonical(said))


ROUTES = (
    ApiCall("POST", "/v1/drafts/claim", post_claim, (200, 404, 413, 422)),
    ApiCall("POST", "/v1/cards/answer", post_card_answer, (200, 413, 422, 503)),
)
