"""API call of ratings: one grade for each stage of an application (好差评)."""

from typing import Annotated
from uuid import UUID

from fastapi import Path, Response
from pydantic import BaseModel, ConfigDict, Field

from central.problems import conflict
from central.terminals.caller import Caller, CurrentContext
from central.terminals.table import ApiCall, settled

Stage = Annotated[str, Path(pattern="^[a-z_]{1,32}$")]
Reason = Annotated[str, Field(max_length=200)]


class Grade(BaseModel):
    """One rating: 1 to 5, 5 is best."""

    model_config = ConfigDict(extra="forbid", strict=True)
    grade: int = Field(ge=1, le=5)
    reasons: list[Reason] = Field(default_factory=list, max_length=20)


def put_rating(
    application_id: UUID, stage: Stage, rating: Grade, asking: Caller, context: CurrentContext
) -> Response:
    """Store the rating of a stage of an application; another one for the same stage is refused."""
    kept = context.store.ratings.rate(
        asking, str(application_id), stage, rating.grade, rating.reasons
    )
    if kept is None:
        return conflict("already-rated", "This stage has another rating.").response()
    return settled(context.acknowledge(asking, kept.received_at), new=kept.new)


ROUTES = (
    ApiCall(
        "PUT",
        "/v1/ratings/{application_id}/{stage}",
        put_rating,
        (200, 201, 409, 413, 422),
        parcel=True,
    ),
)
