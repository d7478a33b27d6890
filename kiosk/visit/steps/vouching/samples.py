"""Sample pictures and logins of vouching, for the gallery."""

from __future__ import annotations

from kiosk.failures import Failure
from kiosk.visit.events.papers import PaperCaptured, PaperFailed, PictureTaken
from kiosk.visit.state import Visit
from kiosk.visit.step_parts.samples import Samples, SampleSource, login_samples, sample_paper
from kiosk.visit.steps.vouching.actions import PERSON


def samples(visit: Visit, source: SampleSource) -> Samples:
    """Yield the person's picture while it is taken, otherwise logins of the staff."""
    if not visit.papers.capturing:
        yield from login_samples(visit, source)
        return
    yield from (PictureTaken(PERSON, 1), PaperFailed(Failure.CAMERA_LOST))
    yield PaperCaptured(PERSON, sample_paper("c-1"))
