"""API calls of ratings (好差评): one grade for each stage, and what a person can rate."""

from datetime import timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import Path, Response
from pydantic import BaseModel, ConfigDict, Field

from central.app_context import AppContext
from central.authenticated_request import AuthenticatedRequest
from central.intake.visitor import NO_VISIT
from central.problems import MALFORMED, conflict, unknown
from central.store.ratings.ratings import GivenRating
from central.terminals.caller import Caller, CurrentContext
from central.terminals.table import ApiCall, json_of, settled
from central.terminals.visits import Person, is_named_right, is_proved, note_look_up
from kiosk.civil_time import civil_day
from kiosk.crypto.envelope import Envelope, EnvelopeKind, canonical, parse_envelope
from kiosk.retirement.calendar import add_working_days

Stage = Annotated[str, Path(pattern="^[A-Za-z0-9_]{1,32}$")]
Reason = Annotated[str, Field(max_length=200)]


class Grade(BaseModel):
    """One rating: 1 to 5, 5 is best; `words` is the envelope of the person's own words."""

    model_config = ConfigDict(extra="forbid", strict=True)
    grade: int = Field(ge=1, le=5)
    reasons: list[Reason] = Field(default_factory=list, max_length=20)
    words: dict[str, Any] | None = None


def put_rating(
    application_id: UUID, stage: Stage, rating: Grade, asking: Caller, context: CurrentContext
) -> Response:
    """Store the rating of a stage of an application; another one for the same stage is refused."""
    words = _sealed_words(rating.words, str(application_id), asking, context)
    if words is None:
        return MALFORMED.response()
    given = GivenRating(str(application_id), stage, rating.grade, rating.reasons, words)
    kept = context.store.ratings.rate(asking, given, _answer_by(asking, context))
    if kept is None:
        return conflict("already-rated", "This stage has another rating.").response()
    return settled(context.acknowledge(asking, kept.received_at), new=kept.new)


def _sealed_words(
    words: dict[str, Any] | None,
    application_id: str,
    asking: AuthenticatedRequest,
    context: AppContext,
) -> str | None:
    """Return the envelope to store, "" for no words, None when it is no envelope of this rating."""
    if words is None:
        return ""
    try:
        body = canonical(words)
    except (ValueError, RecursionError):
        return None
    envelope = parse_envelope(body, EnvelopeKind.RATING_WORDS)
    if len(body) > context.policy.ratings.longest_words or not isinstance(envelope, Envelope):
        return None
    is_of_this = (envelope.id, envelope.terminal) == (application_id, asking.terminal)
    return body.decode() if is_of_this else None


def _answer_by(asking: AuthenticatedRequest, context: AppContext) -> str:
    days = context.policy.ratings.answer_days
    return add_working_days(civil_day(asking.at), days, context.holidays).isoformat()


def post_ratings(person: Person, asking: Caller, context: CurrentContext) -> Response:
    """Answer with what this person can rate, and with the answers to bad ratings."""
    number = note_look_up(person, asking, context)
    if not is_proved(person, asking, context):
        return NO_VISIT.response()
    if not is_named_right(person, context):
        return unknown("person").response()
    since = asking.at - timedelta(days=context.policy.ratings.asked_days)
    mine = context.vault.person(number)
    items = context.store.rating_follow_ups.of_person(mine, since.isoformat(timespec="seconds"))
    return json_of(canonical({"version": 1, "items": items}))


ROUTES = (
    ApiCall(
        "PUT",
        "/v1/ratings/{application_id}/{stage}",
        put_rating,
        (200, 201, 409, 413, 422),
        parcel=True,
    ),
    ApiCall("POST", "/v1/people/ratings", post_ratings, (200, 404, 413, 422)),
)
