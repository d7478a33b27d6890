"""Sample answers to a proof that is done without a press before it, for the gallery."""

from __future__ import annotations

from kiosk.people.consent import ProofMethod
from kiosk.visit.proving import ways_left
from kiosk.visit.stages import Stage
from kiosk.visit.state import Visit
from kiosk.visit.step_parts.samples import Samples, SampleSource
from kiosk.visit.steps.other_proof.card_pin.samples import samples as card_samples
from kiosk.visit.steps.other_proof.phone_code.samples import samples as code_samples


def samples(visit: Visit, source: SampleSource) -> Samples:
    """Yield a card that is put in, and a code that is held to the scanner."""
    if visit.stage is not Stage.OTHER_PROOF or visit.identity.card is None:
        return
    ways = ways_left(visit, source.book)
    if ProofMethod.CARD_PIN in ways:
        yield from card_samples(visit, source)
    if ProofMethod.PHONE in ways:
        yield from code_samples(visit, source)
