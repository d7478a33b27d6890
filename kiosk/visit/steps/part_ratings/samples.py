"""Sample answers about what a person can rate, for the gallery."""

from __future__ import annotations

from kiosk.failures import Failure
from kiosk.visit.events.ratings import RatingLost
from kiosk.visit.state import Visit
from kiosk.visit.step_parts.samples import Samples, SampleSource


def samples(_visit: Visit, _source: SampleSource) -> Samples:
    """Yield a rating that could not be kept."""
    yield RatingLost(Failure.RATING_LOST)
