"""Sample answers about a code on a telephone, for the gallery."""

from __future__ import annotations

from kiosk.failures import Failure
from kiosk.people.qr_token import QrToken
from kiosk.visit.state import Visit
from kiosk.visit.step_parts.samples import Samples, SampleSource
from kiosk.visit.steps.other_proof.phone_code.events import PhoneFailed, PhoneProved, PhoneScanned
from kiosk.visit.steps.other_proof.phone_code.requests import REFUSALS


def samples(visit: Visit, _source: SampleSource) -> Samples:
    """Yield a code, or what is said of it."""
    if not visit.proof.code_checking:
        yield PhoneScanned(QrToken("0", 0.0))
        yield PhoneFailed(Failure.CODE_UNREADABLE)
        return
    yield PhoneProved("0")
    yield from (PhoneFailed(one) for one in REFUSALS.values())
    yield PhoneFailed(Failure.PHONE_PLATFORM_AWAY)
