"""Sample answers at the end of a visit, for the gallery."""

from __future__ import annotations

from kiosk.visit.events.ratings import RatingLost
from kiosk.visit.state import Visit
from kiosk.visit.step_parts.samples import Samples, SampleSource
from kiosk.visit.steps.wiping.events import Wiped


def samples(_visit: Visit, _source: SampleSource) -> Samples:
    """Yield the end, and a rating that could not be kept."""
    yield from (Wiped(), RatingLost())
