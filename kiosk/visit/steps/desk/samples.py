"""Sample desks and reports of a month, for the gallery."""

from __future__ import annotations

from kiosk.failures import Failure
from kiosk.staff.desk import Desk, MonthReport
from kiosk.visit.stages import Stage
from kiosk.visit.state import Visit
from kiosk.visit.step_parts.samples import Samples, SampleSource, read_samples
from kiosk.visit.steps.desk.events import DeskSeen, MonthKnown, MonthUnknown

DESKS = (Desk(), Desk(corrections=()), read_samples(Desk, "desk"))


def samples(visit: Visit, _source: SampleSource) -> Samples:
    """Yield desks, or reports of a month."""
    if visit.stage is Stage.DESK:
        yield from (DeskSeen(one) for one in DESKS)
        yield DeskSeen(Desk(), Failure.STORE_UNREADABLE)
        return
    ways, grades = {"self": 12, "helper_present": 20, "x": 1}, {"5": 17, "4": 2, "2": 1}
    yield MonthKnown(MonthReport("2026-11", 33, 20, 241, 18, ways, grades))
    yield MonthKnown(MonthReport("2026-11", 0, 0, 0, 0, {}, {}))
    yield MonthUnknown(Failure.CENTRAL_UNREACHABLE)
