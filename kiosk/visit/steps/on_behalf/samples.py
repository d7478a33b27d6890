"""Sample cards and pictures of who is acted for, for the gallery."""

from __future__ import annotations

from kiosk.application.authority import CARD
from kiosk.failures import Failure
from kiosk.visit.events.cards import CardFailed, CardRead
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


def samples(visit: Visit, source: SampleSource) -> Samples:
    """Yield pictures while one is taken, otherwise cards and strokes of a name."""
    if visit.papers.capturing:
        yield PaperCaptured(CARD, sample_paper(visit.application_id))
        yield from picture_samples(CARD)
        yield PaperFailed(Failure.PAPER_CAMERA_LOST)
        return
    yield Drawn(SIGNED)
    yield from (CardRead(source.person(name)[0]) for name in ("liu", "wang"))
    yield CardFailed(Failure.CARD_MOVED)
