"""Sample answers to a code on a telephone, for the gallery."""

from __future__ import annotations

from kiosk.application.document import Way
from kiosk.failures import Failure
from kiosk.visit.events.devices import CodeFailed
from kiosk.visit.events.started_elsewhere import DraftBegun
from kiosk.visit.records.facts import StartedElsewhere
from kiosk.visit.state import Visit
from kiosk.visit.step_parts.samples import Samples, SampleSource


def samples(_visit: Visit, source: SampleSource) -> Samples:
    """Yield what was begun on a telephone, and a code that can't be read."""
    number = source.person("liu")[0].number
    yield DraftBegun(StartedElsewhere(Way.PHONE, number, ("R01", "R06"), ()))
    yield CodeFailed(Failure.CODE_UNREADABLE)
