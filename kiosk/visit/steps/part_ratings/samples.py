"""Sample answers about what a person can rate, for the gallery."""

from __future__ import annotations

from collections.abc import Sequence

from kiosk.failures import Failure
from kiosk.visit.records.rating import RateableStage, RatingNeed
from kiosk.visit.state import Visit
from kiosk.visit.step_parts.samples import OF_THE_PERSON, SAMPLE_DUE, Samples, SampleSource
from kiosk.visit.steps.part_ratings.events import RatingsKnown
from kiosk.visit.steps.wiping.events import RatingLost

CASE = "11111111-0000-4000-8000-000000000001"


def samples(_visit: Visit, _source: SampleSource) -> Samples:
    """Yield a rating that could not be kept."""
    yield RatingLost(Failure.RATING_LOST)


def rating_samples(codes: Sequence[str]) -> Samples:
    """Yield a list with every kind of stage, one with a single one, and one of several pages."""
    answer = OF_THE_PERSON.answer
    needs = (
        RateableStage(CASE, codes[0], RatingNeed.UNRATED),
        RateableStage(CASE, codes[1], RatingNeed.WAITING, SAMPLE_DUE),
        RateableStage(CASE, "filing", RatingNeed.ANSWERED, answer=answer),
        RateableStage(CASE, codes[2], RatingNeed.CLOSED, answer=answer),
    )
    yield RatingsKnown(needs)
    yield RatingsKnown(needs[:1])
    yield RatingsKnown(tuple(RateableStage(CASE, code, RatingNeed.UNRATED) for code in codes))
