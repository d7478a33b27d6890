"""Sample answers at submission and receipt, for the gallery."""

from __future__ import annotations

from kiosk.crypto.receipt import Receipt
from kiosk.failures import Failure
from kiosk.visit.events.devices import PrintFailed, StoreFailed
from kiosk.visit.events.form_copies import FormNotPrinted, FormPrinted
from kiosk.visit.stages import Stage
from kiosk.visit.state import Visit
from kiosk.visit.step_parts.samples import (
    SAMPLE_CASE,
    SAMPLE_DUE,
    SAMPLE_NOW,
    Samples,
    SampleSource,
    failures,
)
from kiosk.visit.steps.submission.events import Accepted, CaseUnderWay, Pending, Refused


def accepted(visit: Visit) -> Accepted:
    """Return the answer of a central service that took the application, with a receipt."""
    receipt = Receipt(
        visit.application_id,
        digest="d" * 64,
        terminal="BZ",
        sequence=1,
        case_number=SAMPLE_CASE,
        received_at=SAMPLE_NOW,
        due_on=SAMPLE_DUE,
        key_id="k",
    )
    return Accepted(receipt)


def samples(visit: Visit, _source: SampleSource) -> Samples:
    """Yield answers of store, central service and printer."""
    yield from (accepted(visit), Refused())
    if visit.stage is Stage.RECEIPT:
        yield from (PrintFailed(one) for one in failures("printer", "paper_out", "cover"))
        yield from (FormPrinted(), FormNotPrinted(Failure.DOCUMENT_PAPER_OUT))
    else:
        yield from (Pending(), CaseUnderWay("0"))
        yield from (StoreFailed(one) for one in failures("disk", "store"))
