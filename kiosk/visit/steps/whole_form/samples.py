"""Sample answers of what draws the form, for the gallery."""

from __future__ import annotations

from kiosk.failures import Failure
from kiosk.visit.events.form_copies import FormNotPrinted, FormPrinted
from kiosk.visit.state import Visit
from kiosk.visit.step_parts.samples import Samples, SampleSource
from kiosk.visit.steps.whole_form.events import FormDrawn, FormNotDrawn

SAMPLE_FORM = 2  # the number of its picture; that of a paper is 1


def samples(_visit: Visit, _source: SampleSource) -> Samples:
    """Yield a form of several pages, one of a single page, and none; a copy of it, and none."""
    yield from (
        FormDrawn(SAMPLE_FORM, 5),
        FormDrawn(SAMPLE_FORM, 1),
        FormNotDrawn(Failure.FORM_NOT_MADE),
        FormPrinted(),
        FormNotPrinted(Failure.DOCUMENT_PAPER_OUT),
    )
