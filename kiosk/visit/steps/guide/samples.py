"""Sample answers at the guide, for the gallery."""

from __future__ import annotations

from kiosk.visit.events.devices import PrintFailed
from kiosk.visit.state import Visit
from kiosk.visit.step_parts.samples import Samples, SampleSource, failures


def samples(_visit: Visit, _source: SampleSource) -> Samples:
    """Yield failures of the printer."""
    yield from (PrintFailed(one) for one in failures("printer", "paper_out", "cover"))
