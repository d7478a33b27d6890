"""Sample answers about what was prepared, for the gallery."""

from __future__ import annotations

from kiosk.visit.records.facts import PreparedLook
from kiosk.visit.state import Visit, chosen, situation_of
from kiosk.visit.step_parts.samples import Samples, SampleSource, failures
from kiosk.visit.steps.prepared.events import (
    NotOptedOut,
    OptedOut,
    PreparedKnown,
    PreparedUnknown,
)

ANSWERS = (
    ("mobile", "13900005502"),
    ("live", "same"),
    ("bank", "card"),
    ("card_request", "keep"),
    ("annuity_plan", "enterprise"),
    ("pay_mode", "once"),
    ("talent", "rest"),
)
LOOKS = tuple(PreparedLook(kind, "in_order") for kind in ("archive", "transfer", "medical"))
GAPS = (
    PreparedLook("archive", "in_order"),
    PreparedLook("transfer", "unknown"),
    PreparedLook("medical", "gap", 29),
)


def samples(visit: Visit, source: SampleSource) -> Samples:
    """Yield what was prepared, whole and in part, why it counts no more, and the opt-out."""
    month, services = situation_of(visit).first, chosen(visit, source.book)
    yield PreparedKnown(month, services, ANSWERS, LOOKS)
    yield PreparedKnown(month, services, ANSWERS, GAPS)
    yield PreparedKnown(month, services, ANSWERS[:1], LOOKS)
    yield PreparedKnown(month, ("R01",), ANSWERS, LOOKS)
    yield from (PreparedUnknown(one) for one in failures("prepared_m", "prepared_c", "central_u"))
    yield from (OptedOut(), NotOptedOut())
