"""Sample pictures of a correction, for the gallery."""

from __future__ import annotations

from kiosk.delivery.correction import PAPER
from kiosk.failures import Failure
from kiosk.visit.events.devices import StoreFailed
from kiosk.visit.events.papers import PaperCaptured, PaperFailed
from kiosk.visit.state import Visit
from kiosk.visit.step_parts.samples import Samples, SampleSource, picture_samples, sample_paper
from kiosk.visit.steps.correction.events import CorrectionKept


def samples(_visit: Visit, _source: SampleSource) -> Samples:
    """Yield pictures, failures, and the correction being kept."""
    yield PaperFailed(Failure.PAPER_CAMERA_LOST)
    yield PaperCaptured(PAPER, sample_paper("c-1"))
    yield from picture_samples(PAPER)
    yield from (StoreFailed(Failure.DISK_FULL), CorrectionKept())
