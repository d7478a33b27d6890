"""Question about what a person can rate (好差评), asked of the central service."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from kiosk.people.attendance import Attendance
from kiosk.ports import JSON, Central
from kiosk.session.central_queries import table_of
from kiosk.session.device_tasks import Tell
from kiosk.visit.central_answers import ask_of_person, trouble_of
from kiosk.visit.effects import FetchRatings
from kiosk.visit.events.ratings import RatingsKnown
from kiosk.visit.records.rating import RateableStage, RatingNeed


def fetch_ratings(central: Central, wanted: FetchRatings, tell: Tell) -> None:
    """Tell what the person, `wanted.who`, can rate; nothing where no service can say it.

    Nobody misses a rating who came for something else, and older services have no such question.
    """
    found = ratings_of(central, wanted.who)
    if found is not None:
        tell(RatingsKnown(found))


def ratings_of(central: Central, who: Attendance) -> tuple[RateableStage, ...] | None:
    """Return the stages that this person can rate, and answers; None without a usable answer."""
    answer = ask_of_person(central, "/v1/people/ratings", who)
    if trouble_of(answer, JSON):
        return None
    try:
        return tuple(map(_stage, table_of(answer.body)["items"]))
    except (AttributeError, KeyError, TypeError, ValueError):
        return None


def _stage(document: Mapping[str, Any]) -> RateableStage:
    case, stage = str(UUID(document["application_id"])), str(document["stage"])
    if not document["grade"]:
        return RateableStage(case, stage, RatingNeed.UNRATED)
    if "answer" not in document:
        due = date.fromisoformat(document["due_on"])
        return RateableStage(case, stage, RatingNeed.WAITING, due)
    need = RatingNeed.ANSWERED if document["again"] is True else RatingNeed.CLOSED
    return RateableStage(case, stage, need, answer=str(document["answer"]))
