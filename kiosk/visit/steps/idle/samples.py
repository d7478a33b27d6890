"""Sample answers at the idle page, for the gallery."""

from __future__ import annotations

from kiosk.failures import Failure
from kiosk.visit.stages import Stage
from kiosk.visit.state import Visit
from kiosk.visit.step_parts.samples import Samples, SampleSource
from kiosk.visit.steps.idle.events import DeviceLost


def samples(visit: Visit, _source: SampleSource) -> Samples:
    """Yield each failure of a device or resource without which no visit can begin."""
    if visit.stage is Stage.IDLE:
        yield from (DeviceLost(failure) for failure in Failure)
