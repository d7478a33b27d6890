"""Sample pictures of papers, for the gallery."""

from __future__ import annotations

from kiosk.paper_text import PaperText, ReadField
from kiosk.visit.events.papers import PaperCaptured, PaperFailed, PaperRead
from kiosk.visit.state import Visit, card_of, open_papers
from kiosk.visit.step_parts.samples import (
    SAMPLE_CODE,
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
    if visit.papers.picture is not None:
        fields = (
            ReadField("person_name", card_of(visit).name, is_checked=False),
            ReadField("only_child_cert", "00000000", is_checked=False),
            ReadField("issued_on", "1999-06-01", is_checked=True),
            ReadField("qr_code", SAMPLE_CODE, is_checked=False),
        )
        number = visit.papers.picture.number
        yield PaperRead(number, PaperText(fields), number)
