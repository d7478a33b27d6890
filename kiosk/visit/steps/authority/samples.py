"""Sample papers and signatures of an authority, for the gallery."""

from __future__ import annotations

from kiosk.application.authority import CARD, PAPER
from kiosk.failures import Failure
from kiosk.visit.events.papers import PaperCaptured, PaperFailed
from kiosk.visit.events.pressed import Drawn
from kiosk.visit.state import Visit
from kiosk.visit.step_parts.samples import (
    SIGNED,
    Samples,
    SampleSource,
    picture_samples,
    sample_paper,
)
from kiosk.visit.steps.authority.events import PrincipalsCounted


def samples(visit: Visit, _source: SampleSource) -> Samples:
    """Yield papers, a signature, and too many people for whom somebody files."""
    page = sample_paper(visit.application_id)
    yield from (PaperCaptured(one, page) for one in (PAPER, CARD))
    yield from (one for code in (PAPER, CARD) for one in picture_samples(code))
    yield from (PaperFailed(Failure.PAPER_CAMERA_LOST), Drawn(SIGNED))
    yield PrincipalsCounted(99)
