"""Sample answers at the idle page, for the gallery."""

from __future__ import annotations

from kiosk.failures import Failure
from kiosk.visit.stages import Stage
from kiosk.visit.state import Visit
from kiosk.visit.step_parts.samples import Samples, SampleSource
from kiosk.visit.steps.idle.events import DeviceLost


def samples(visit: Visit, _source: SampleSource) -> Samples:
    """Yield the loss of a device for every failure: each has a page OUT_OF_SERVICE of its own."""
    if visit.stage is Stage.IDLE:
        yield from (DeviceLost(failure) for failure in Failure)
