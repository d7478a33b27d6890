"""Sample answers of the reader of social security cards, for the gallery."""

from __future__ import annotations

from dataclasses import replace

from kiosk.failures import Failure
from kiosk.visit.state import Visit, card_of
from kiosk.visit.step_parts.samples import Samples, SampleSource, failures
from kiosk.visit.steps.other_proof.card_pin.events import (
    STAND_IN_SS_CARD,
    PinAccepted,
    PinRefused,
    SsCardFailed,
    SsCardRead,
)


def samples(visit: Visit, _source: SampleSource) -> Samples:
    """Yield a card of the person, of another and of nobody, each failure, and verdicts on a PIN."""
    if visit.proof.ss_card.checking:
        yield PinAccepted()
        yield from (PinRefused(Failure.PIN_WRONG, left) for left in (1, 2, None))
        yield PinRefused(Failure.PIN_BLOCKED, 0)
        yield PinRefused(Failure.SS_CARD_MOVED)
    elif not visit.proof.ss_card.holder_fits:
        yield SsCardRead(replace(STAND_IN_SS_CARD, ssn=card_of(visit).number))
        yield SsCardRead(STAND_IN_SS_CARD)
        yield SsCardRead(replace(STAND_IN_SS_CARD, ssn=""))
        yield from (SsCardFailed(one) for one in failures("ss_card", "pcsc"))
