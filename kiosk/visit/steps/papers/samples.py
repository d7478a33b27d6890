"""Sample pictures of papers, for the gallery."""

from __future__ import annotations

from kiosk.visit.events.papers import PaperCaptured, PaperFailed
from kiosk.visit.state import Visit, open_papers
from kiosk.visit.step_parts.samples import (
    Samples,
    SampleSource,
    failures,
    picture_samples,
    sample_paper,
)


def samples(visit: Visit, source: SampleSource) -> Samples:
    """Yield pictures of the first open paper, and failures of the camera."""
    yield from (PaperFailed(one) for one in failures("paper_camera", "disk"))
    code = open_papers(visit, source.book)[0].code
    yield PaperCaptured(code, sample_paper(visit.application_id))
    yield from picture_samples(code)
